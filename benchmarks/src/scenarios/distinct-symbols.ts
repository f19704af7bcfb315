/** How many rows a sync at each interval would write, counted on the stream itself: the distinct symbols of each interval. */
import { benchTicks, type MarketSpec, TICKS_PER_SECOND } from '../ticks/bench-ticks.ts'

export interface Reduction {
  readonly intervalSeconds: number
  readonly symbols: number
  readonly ticksARow: number
}

/** The market lasts as long as the longest interval; shorter ones are averaged over it. */
export function countReduction(market: MarketSpec, intervalsSeconds: readonly number[]): Reduction[] {
  const ticks = benchTicks(market)
  return intervalsSeconds.map((intervalSeconds) => {
    const length = Math.min(ticks.count, intervalSeconds * TICKS_PER_SECOND)
    const intervals = Math.floor(ticks.count / length)
    let rows = 0
    for (let interval = 0; interval < intervals; interval++) {
      const seen = new Uint8Array(market.symbols)
      for (let index = interval * length; index < (interval + 1) * length; index++) {
        const symbol = ticks.symbolIndex(index)
        rows += 1 - (seen[symbol] ?? 0)
        seen[symbol] = 1
      }
    }
    return { intervalSeconds, symbols: market.symbols, ticksARow: (intervals * length) / rows }
  })
}
