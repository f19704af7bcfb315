import { EventBatch, tickInput } from '@weir/accumulator'
import { describe, expect, it } from 'vitest'
import { judgeTimes } from './judge-times.ts'
import { noRejections } from './tick-batch.ts'

const NOW_MS = 1_381_132_800_000
const AHEAD = { clockAheadMaxSeconds: 60, tickAgeMaxSeconds: undefined }

function batchAt(...offsetsMs: number[]) {
  const events = new EventBatch(tickInput({ priceDigits: 4, volumeDigits: 0 }))
  offsetsMs.forEach((offsetMs, ordinal) =>
    events.add(ordinal, (NOW_MS + offsetMs) * 1000, [`S${ordinal}`], [1n, BigInt(ordinal)]),
  )
  return { events, ticks: offsetsMs.length, rejections: noRejections }
}

describe('judging times', () => {
  it('leaves a batch as it is where no tick is ahead, however old it is', () => {
    const batch = batchAt(60_000, 0, -NOW_MS + 1)
    expect(judgeTimes(batch, NOW_MS, AHEAD)).toBe(batch)
  })

  it('sets apart what is too far ahead, and keeps the others with all their columns', () => {
    const judged = judgeTimes(batchAt(0, 60_000.001, -1), NOW_MS, AHEAD)
    expect([...judged.events.ordinal.subarray(0, judged.events.count)]).toEqual([0, 2])
    const { texts, measures } = judged.events
    expect([0, 1].map((index) => texts[0]?.at(index))).toEqual(['S0', 'S2'])
    expect(measures.map((column) => [column.at(0), column.at(1)])).toEqual([
      [1n, 1n],
      [0n, 2n],
    ])
    expect(judged.rejections.first).toEqual([
      { index: 1, reason: 'timestamp is more than 60 s ahead of the clock (MAX_CLOCK_AHEAD_SECONDS)' },
    ])
  })

  it('sets apart what is too old only where there is such a limit', () => {
    const judged = judgeTimes(batchAt(-10_000, -10_000.001), NOW_MS, { ...AHEAD, tickAgeMaxSeconds: 10 })
    expect([...judged.events.ordinal.subarray(0, judged.events.count)]).toEqual([0])
    expect(judged.rejections.first).toEqual([
      { index: 1, reason: 'timestamp is older than 10 s (MAX_TICK_AGE_SECONDS)' },
    ])
  })

  it('keeps rejections in the order of the request', () => {
    const batch = {
      ...batchAt(90_000),
      rejections: { count: 1, first: [{ index: 7, reason: 'price is not positive' }] },
    }
    expect(judgeTimes(batch, NOW_MS, AHEAD).rejections).toMatchObject({ count: 2, first: [{ index: 0 }, { index: 7 }] })
  })
})
