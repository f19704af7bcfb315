// Goal: all contenders are fed the same ticks, and what they must have counted is known.
import { describe, expect, it } from 'vitest'
import { benchTicks, type MarketSpec } from './bench-ticks.ts'

describe.each<MarketSpec>([
  { market: 'zipf', symbols: 20, ticks: 500 },
  { market: 'flat', symbols: 400, ticks: 500 },
])('the $market market', (spec) => {
  const ticks = benchTicks(spec)
  const all = Array.from({ length: ticks.count }, (_, index) => ticks.tick(index))

  it('is the same each time', () => {
    const again = benchTicks(spec)
    expect(Array.from({ length: again.count }, (_, index) => again.tick(index))).toEqual(all)
  })

  it('has the symbols asked for', () => {
    expect(new Set(all.map(({ symbol }) => symbol)).size).toBe(spec.symbols)
    expect(ticks.symbols).toBe(spec.symbols)
  })

  it('knows the volume of any number of ticks, fed again from the first', () => {
    const volumes = [...all, ...all].slice(0, 777).reduce((sum, { volume }) => sum + volume, 0)
    expect(ticks.volumeOf(777)).toBe(volumes)
  })
})

it('a flat market has each symbol once before any comes again', () => {
  const ticks = benchTicks({ market: 'flat', symbols: 100, ticks: 100 })
  expect(new Set(Array.from({ length: 100 }, (_, index) => ticks.tick(index).symbol)).size).toBe(100)
})
