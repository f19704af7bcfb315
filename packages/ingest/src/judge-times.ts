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
  const { timeUs } = batch.events
  const kept: number[] = []
  const first: Rejection[] = []
  for (let index = 0; index < timeUs.length; index++) {
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
  if (kept.length === timeUs.length) return batch
  const rejections = addRejections(batch.rejections, { count: timeUs.length - kept.length, first })
  return { events: pick(batch.events, kept), ticks: batch.ticks, rejections }
}

function pick(events: EventBatch, indexes: readonly number[]): EventBatch {
  const picked = new EventBatch(events.input)
  copy(events.ordinal, picked.ordinal)
  copy(events.timeUs, picked.timeUs)
  for (const columns of ['texts', 'high', 'low'] as const) {
    events[columns].forEach((column, index) => copy<string | number>(column, picked[columns][index] ?? []))
  }
  for (const [place, index] of indexes.entries()) if (events.sumsOnly.has(index)) picked.sumsOnly.add(place)
  return picked

  function copy<Value>(from: readonly Value[], to: Value[]): void {
    for (const index of indexes) to.push(from[index] as Value)
  }
}
