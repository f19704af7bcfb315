/**
 * Sets apart the ticks whose time is too far ahead of the clock, or too old. Apart from decoding, because a request that is
 * retried under an idempotency key must be judged at the time of its first try: else its ticks would change.
 */
import { EventBatch } from '@weir/accumulator'
import { addRejections, REJECTIONS_SHOWN_MAX, type Rejection, type TickBatch } from './tick-batch.ts'

export interface TimeLimits {
  readonly clockAheadMaxSeconds: number
  /** Undefined: no tick is too old. */
  readonly tickAgeMaxSeconds: number | undefined
}

const US_PER_SECOND = 1_000_000

export function judgeTimes(batch: TickBatch, nowMs: number, limits: TimeLimits): TickBatch {
  const nowUs = nowMs * 1000
  const latestUs = nowUs + limits.clockAheadMaxSeconds * US_PER_SECOND
  const earliestUs = limits.tickAgeMaxSeconds === undefined ? 0 : nowUs - limits.tickAgeMaxSeconds * US_PER_SECOND
  const { timeUs, count } = batch.events
  const kept: number[] = []
  const first: Rejection[] = []
  if (isAllWithin(timeUs, count, earliestUs, latestUs)) return batch
  for (let index = 0; index < count; index++) {
    const time = timeUs[index] as number
    if (time >= earliestUs && time <= latestUs) kept.push(index)
    else if (first.length < REJECTIONS_SHOWN_MAX) {
      const reason =
        time > latestUs
          ? `timestamp is more than ${limits.clockAheadMaxSeconds} s ahead of the clock (MAX_CLOCK_AHEAD_SECONDS)`
          : `timestamp is older than ${limits.tickAgeMaxSeconds} s (MAX_TICK_AGE_SECONDS)`
      first.push({ index: batch.events.ordinal[index] as number, reason })
    }
  }
  const rejections = addRejections(batch.rejections, { count: count - kept.length, first })
  return { events: pick(batch.events, kept), ticks: batch.ticks, rejections }
}

function isAllWithin(timeUs: Float64Array, count: number, earliestUs: number, latestUs: number): boolean {
  for (let index = 0; index < count; index++) {
    const time = timeUs[index] as number
    if (time < earliestUs || time > latestUs) return false
  }
  return true
}

function pick(events: EventBatch, indexes: readonly number[]): EventBatch {
  const picked = new EventBatch(events.input, indexes.length)
  for (const index of indexes) {
    const { texts, measures } = events
    picked.add(
      events.ordinal[index] as number,
      events.timeUs[index] as number,
      texts.map((column) => column.at(index)),
      measures.map((column) => column.at(index)),
    )
    if (events.sumsOnly.has(index)) picked.sumsOnly.add(picked.count - 1)
  }
  return picked
}
