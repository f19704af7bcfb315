import { describe, expect, it } from 'vitest'
import { liveMarket } from './live-market.ts'
import { type MarketTick, marketArrivals } from './market.ts'

const START_MS = Date.UTC(2024, 0, 2, 14, 30)
const OPTIONS = { seed: 3, symbols: 20, startMs: START_MS, ticksPerSecond: 100 } as const

const ticksUntil = (endMs: number): readonly MarketTick[] => {
  const ticks: MarketTick[] = []
  for (const { arrivalMs, tick } of marketArrivals(OPTIONS)) {
    if (arrivalMs > endMs) break
    ticks.push(tick)
  }
  return ticks
}

describe('liveMarket', () => {
  it('whatever the batches, together they are the market, each tick once and none before its time', () => {
    const live = liveMarket(OPTIONS)
    const batches = [0, 100, 100, 250, 1000, 1001, 4000].map((elapsedMs) => live.batchUntil(START_MS + elapsedMs))
    expect(batches.flat()).toEqual(ticksUntil(START_MS + 4000))
    expect(batches[2]).toEqual([])
  })

  it('a clock that steps back gives nothing, and loses nothing', () => {
    const live = liveMarket(OPTIONS)
    const first = live.batchUntil(START_MS + 1000)
    expect(live.batchUntil(START_MS + 500)).toEqual([])
    expect([...first, ...live.batchUntil(START_MS + 2000)]).toEqual(ticksUntil(START_MS + 2000))
  })

  it('after a long sleep one batch of the longest span comes, with present times, not everything that was missed', () => {
    const live = liveMarket({ ...OPTIONS, spanMaxMs: 2000, lateFraction: 0, outOfOrderFraction: 0 })
    live.batchUntil(START_MS + 1000)
    const wokenMs = START_MS + 3_600_000
    const batch = live.batchUntil(wokenMs)
    expect(batch.length).toBeLessThan(300)
    expect(Math.min(...batch.map(({ timestamp }) => timestamp))).toBeGreaterThan(wokenMs - 2000)
    expect(Math.max(...batch.map(({ timestamp }) => timestamp))).toBeLessThanOrEqual(wokenMs)
    expect(live.batchUntil(wokenMs + 1000).length).toBeGreaterThan(50)
  })
})
