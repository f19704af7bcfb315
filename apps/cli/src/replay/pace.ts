/**
 * Cuts the lines of a file into batches. At full speed a batch is so many lines; at a multiple of the recorded time a batch
 * is what has become due, and never more lines than that.
 */
import type { Clock } from '@weir/service'

/** A tick is sent at most this much before it is due: short enough for a stream, long enough to make batches. */
const EARLY_MS = 50

export interface PaceOptions {
  readonly batchTicksMax: number
  /** A multiple of the recorded time, or undefined: as fast as the server takes them. */
  readonly speed: number | undefined
  /** The recorded time of a line, ms since the epoch; NaN where it cannot be read. */
  readonly timeMs: (line: string) => number
  readonly clock: Clock
  readonly signal: AbortSignal
}

export async function* paceLines(blocks: AsyncIterable<string[]>, options: PaceOptions): AsyncGenerator<string[]> {
  const { batchTicksMax, speed, timeMs, clock, signal } = options
  const waitOf = speed === undefined ? () => 0 : dueWaits(speed, timeMs, clock)
  let batch: string[] = []
  for await (const block of blocks) {
    for (const line of block) {
      const waitMs = waitOf(line)
      const isEarly = waitMs > EARLY_MS
      if (batch.length === batchTicksMax || (isEarly && batch.length > 0)) {
        yield batch
        batch = []
      }
      if (isEarly) await clock.sleep(waitMs, signal)
      if (signal.aborted) return
      batch.push(line)
    }
  }
  if (batch.length > 0) yield batch
}

/** How long until a line is due. The first one is due now; a line without a time is due with the one before it. */
function dueWaits(speed: number, timeMs: (line: string) => number, clock: Clock): (line: string) => number {
  const startedMs = clock.monotonicMs()
  let firstMs: number | undefined
  return (line) => {
    const recordedMs = timeMs(line)
    if (Number.isNaN(recordedMs)) return 0
    firstMs ??= recordedMs
    return startedMs + (recordedMs - firstMs) / speed - clock.monotonicMs()
  }
}
