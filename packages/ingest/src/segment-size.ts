/** How large a segment is in a call to Redis: bounds what one script does while all others wait. */
import type { Segment } from '@weir/accumulator'

export interface SegmentSize {
  readonly rows: number
  /** About what is sent: 8 bytes a number, 2 a character. */
  readonly bytes: number
}

/** Names, marks and lengths around the rows. */
const SEGMENT_BYTES = 200
const ROW_BYTES = 32

export function sizeOfSegment(segment: Segment): SegmentSize {
  let rows = 0
  let bytes = SEGMENT_BYTES
  for (const { deltas } of segment.parts) {
    rows += deltas.length
    bytes += ROW_BYTES * deltas.length + deltas.slots.byteLength
    for (let place = 0; place < deltas.length; place++) bytes += (deltas.keys[place] as string).length * 2
    for (const { starts } of deltas.lists) bytes += ((starts[deltas.length] as number) - (starts[0] as number)) * 8
  }
  for (const { references, values } of segment.open ?? []) bytes += 8 * (2 * references.length + values.length)
  return { rows, bytes }
}
