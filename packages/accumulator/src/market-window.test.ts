import { describe, expect, it } from 'vitest'
import { EventBatch } from './event-batch.ts'
import { Fold } from './fold.ts'
import { CALCULATION_INPUT, marketAccumulator } from './market.ts'
import { marketAnalytics } from './market-analytics.ts'
import { marketWindowOf } from './market-window.ts'
import { merge } from './merge.ts'
import { mintOrigin } from './origin.ts'
import { emptyRow } from './row.ts'

const market = marketAccumulator({ priceDigits: 4, volumeDigits: 2, windowSeconds: 10, zone: 'UTC' })
const empty = emptyRow(market, mintOrigin(1, '0000000000000001'))

describe('marketWindowOf', () => {
  it('takes the last calculation of a source outside, with its own activity and counts', () => {
    const batch = new EventBatch(CALCULATION_INPUT)
    batch.add(0, 2_000_000, ['desk'], [-12_345_678n, 40n, 30n, 10n])
    batch.add(1, 1_000_000, ['desk'], [99_000_000n, 1n, 1n, 1n])
    const fold = new Fold(market, CALCULATION_INPUT)
    for (let index = 0; index < batch.count; index++) fold.add(batch, index)
    const [delta] = fold.deltas()
    const merged = delta === undefined ? undefined : merge(market, empty, delta)
    expect(merged?.kind === 'merged' && marketWindowOf(market, merged.row)).toEqual({
      bought: 30,
      sold: 10,
      activity: 40,
      score: -12.345678,
    })
  })

  it('takes the volumes of ticks where there is no calculation', () => {
    expect(marketWindowOf(market, empty)).toEqual({ bought: 0, sold: 0, activity: 0, score: undefined })
  })
})

describe('marketAnalytics', () => {
  it('weighs a window by its activity against the largest so far, and starts the buying ratio at a half', () => {
    const [first, second] = marketAnalytics([
      { bought: 300, sold: 100, activity: 8, score: undefined },
      { bought: 0, sold: 0, activity: 2, score: undefined },
    ])
    expect(first).toMatchObject({ netScore: 50, emaNetScoreVertical: 50, emaBuyingRatio: 0.5 + 0.3 * (0.75 - 0.5) })
    expect(second?.emaNetScoreVertical).toBeCloseTo(50 + 0.2 * 1.25 * (0 - 50), 12)
    expect(second).toMatchObject({ emaBuyingRatio: first?.emaBuyingRatio, avgNetScore60Sec: 25, sessionWindows: 2 })
  })

  it('takes no activity at all for the smallest weight', () => {
    const still = { bought: 0, sold: 0, activity: 0 }
    const [, second] = marketAnalytics([
      { ...still, score: 10 },
      { ...still, score: 20 },
    ])
    expect(second?.emaNetScoreVertical).toBe(12)
  })
})
