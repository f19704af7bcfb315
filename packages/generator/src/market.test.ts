import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { generateMarket } from './generate-market.ts'
import { type Arrival, type MarketOptions, type MarketTick, marketArrivals } from './market.ts'
import { writeMarketCsv } from './market-csv.ts'

const START_MS = Date.UTC(2024, 0, 2, 14, 30)
const OPTIONS = { seed: 42, symbols: 100, ticks: 50_000, startMs: START_MS, ticksPerSecond: 500 } as const
const ticks = [...generateMarket(OPTIONS)]

const share = (all: readonly MarketTick[], holds: (tick: MarketTick, before: MarketTick) => boolean) =>
  all.filter((tick, index) => index > 0 && holds(tick, all[index - 1] ?? tick)).length / all.length

const hashOf = (all: Iterable<MarketTick>) => {
  const hash = createHash('sha256')
  for (const piece of writeMarketCsv(all)) hash.update(piece)
  return hash.digest('hex')
}

/** The arrivals from the one of this index on. */
function arrivals(options: MarketOptions, from: number, count: number): readonly Arrival[] {
  const market = marketArrivals(options)
  const all = Array.from({ length: from + count }, () => market.next().value)
  return all.slice(from)
}

describe('generateMarket', () => {
  it('the same options give the same bytes, on every machine', () => {
    expect(hashOf(generateMarket(OPTIONS))).toBe('69941543311ed384c8f3c1446f830a8c5eaa0d5e3a5c92dc11efecdcf9be4c34')
  })

  it('another seed gives another market', () => {
    expect(hashOf(generateMarket({ ...OPTIONS, seed: 43 }))).not.toBe(hashOf(ticks))
  })

  it('gives as many ticks as asked for', () => {
    expect([0, 1, 999].map((count) => [...generateMarket({ ...OPTIONS, ticks: count })].length)).toEqual([0, 1, 999])
    expect(ticks.slice(0, 999)).toEqual([...generateMarket({ ...OPTIONS, ticks: 999 })])
  })

  it('every tick is valid', () => {
    const isValid = ({ symbol, price, volume, timestamp }: MarketTick) =>
      /^SYM\d{5}$/.test(symbol) &&
      /^[1-9]\d*\.\d\d$/.test(price) &&
      Number.isSafeInteger(volume) &&
      volume > 0 &&
      Number.isSafeInteger(timestamp) &&
      timestamp >= START_MS
    expect(ticks.filter((tick) => !isValid(tick))).toEqual([])
  })

  it('the rate is the one asked for, slow or fast', () => {
    for (const ticksPerSecond of [1, 500, 200_000]) {
      const [last] = arrivals({ ...OPTIONS, ticksPerSecond }, 20_000, 1)
      const rate = 20_000 / (((last?.arrivalMs ?? 0) - START_MS) / 1000)
      expect(rate / ticksPerSecond).toBeCloseTo(1, 1)
    }
  })

  it('symbols go by Zipf: the one of rank r has about 1/r of the ticks of the first', () => {
    const counts = new Map<string, number>()
    for (const { symbol } of ticks) counts.set(symbol, (counts.get(symbol) ?? 0) + 1)
    const first = counts.get('SYM00000') ?? 0
    expect(counts.size).toBe(100)
    for (const rank of [2, 3, 5, 10, 20]) {
      const ratio = (counts.get(`SYM${String(rank - 1).padStart(5, '0')}`) ?? 0) / first
      expect(ratio * rank).toBeGreaterThan(0.85)
      expect(ratio * rank).toBeLessThan(1.15)
    }
  })

  it('about half of the ticks share their millisecond with the one before', () => {
    expect(share(ticks, (tick, before) => tick.timestamp === before.timestamp)).toBeGreaterThan(0.45)
    expect(share(ticks, (tick, before) => tick.timestamp === before.timestamp)).toBeLessThan(0.65)
  })

  it('most ticks repeat the price of their symbol, and prices move by small steps on a grid of cents', () => {
    const last = new Map<string, string>()
    let repeated = 0
    for (const { symbol, price } of ticks) {
      const before = last.get(symbol) ?? price
      if (before === price) repeated += 1
      expect(Math.abs(Number(price) - Number(before)) / Number(before)).toBeLessThan(0.05)
      last.set(symbol, price)
    }
    expect(repeated / ticks.length).toBeGreaterThan(0.82)
    expect(repeated / ticks.length).toBeLessThan(0.88)
  })

  it('as many ticks are out of order, and late, as asked for, by no more than asked for', () => {
    const delays = (options: Partial<MarketOptions>) =>
      arrivals({ ...OPTIONS, startMs: 0, ...options }, 5000, 20_000).map(
        ({ arrivalMs, tick }) => arrivalMs - tick.timestamp,
      )
    const outOfOrder = delays({ lateFraction: 0, outOfOrderFraction: 0.1, outOfOrderMs: 20 })
    expect([Math.min(...outOfOrder), Math.max(...outOfOrder)]).toEqual([0, 20])
    expect(outOfOrder.filter((ms) => ms > 0).length / 20_000).toBeCloseTo(0.1, 2)
    const late = delays({ lateFraction: 0.05, lateMs: 5000, outOfOrderFraction: 0 })
    expect(late.filter((ms) => ms > 0).length / 20_000).toBeCloseTo(0.05, 2)
    expect(Math.max(...late)).toBeGreaterThan(4000)
    expect(delays({ lateFraction: 0, outOfOrderFraction: 0 }).every((ms) => ms === 0)).toBe(true)
  })

  it('arrivals never run backwards, and no tick is earlier than the start', () => {
    let beforeMs = 0
    for (const { arrivalMs, tick } of arrivals({ ...OPTIONS, lateFraction: 1 }, 0, 5000)) {
      expect(arrivalMs).toBeGreaterThanOrEqual(beforeMs)
      expect(tick.timestamp).toBeGreaterThanOrEqual(START_MS)
      beforeMs = arrivalMs
    }
  })

  it.each([
    { symbols: 0 },
    { symbols: 100_001 },
    { ticksPerSecond: 0 },
    { lateFraction: 1.1 },
    { outOfOrderMs: 0 },
    { startMs: 0.5 },
    { seed: -1 },
    { ticks: -1 },
  ])('%j is refused', (wrong) => {
    expect(() => generateMarket({ ...OPTIONS, ...wrong }).next()).toThrow(/ not /)
  })
})

describe('writeMarketCsv', () => {
  it('writes a header and a line a tick, in pieces of whole lines', () => {
    const pieces = [...writeMarketCsv(ticks)]
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces.every((piece) => piece.endsWith('\n'))).toBe(true)
    const lines = pieces.join('').trimEnd().split('\n')
    expect(lines[0]).toBe('symbol,price,volume,timestamp')
    expect(lines).toHaveLength(ticks.length + 1)
    const [first] = ticks
    expect(lines[1]).toBe(`${first?.symbol},${first?.price},${first?.volume},${first?.timestamp}`)
  })

  it('no ticks are a header alone', () => {
    expect([...writeMarketCsv([])]).toEqual(['symbol,price,volume,timestamp\n'])
  })
})
