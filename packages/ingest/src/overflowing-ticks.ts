/** The ticks of a share that feed a row which has no room for them: they are rejected, and those beside them count. */
import { assert, type EventBatch, Fold, type Layout } from '@weir/accumulator'
import type { SegmentOutcome } from './shard-writer.ts'
import { REJECTIONS_SHOWN_MAX, type Rejections } from './tick-batch.ts'

export interface WithoutRow {
  /** The ticks that are left. */
  readonly indexes: Int32Array
  readonly rejections: Rejections
}

export function withoutOverflowing(
  { accumulators }: Layout,
  events: EventBatch,
  indexes: Int32Array,
  { row, field }: Extract<SegmentOutcome, { kind: 'overflow' }>,
): WithoutRow {
  const accumulator = accumulators.find(({ name }) => name === row.accumulator)
  assert(accumulator !== undefined, 'a row that overflows is one of the layout')
  const fold = new Fold(accumulator, events.input)
  const fed = indexes.filter((index) => fold.isOfRow(events, index, row))
  assert(fed.length > 0, 'a row overflows only by ticks that feed it')
  const rejected = new Set(fed)
  const reason = `${field} of ${row.key} in ${row.accumulator} would leave its range`
  const shown = Array.from(fed.subarray(0, REJECTIONS_SHOWN_MAX))
  const first = shown.map((index) => ({ index: events.ordinal[index] as number, reason }))
  return { indexes: indexes.filter((index) => !rejected.has(index)), rejections: { count: fed.length, first } }
}
