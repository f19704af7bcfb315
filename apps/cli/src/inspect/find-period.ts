/** Which period `weir inspect` shows: the one that was asked for, or the newest that has the symbol. */
import type { Accumulator, ColdStore, HotStore } from '@weir/accumulator'

/** How far back the newest row of a symbol is looked for, in periods that exist. */
const PERIODS_SEARCHED_MAX = 50
const DAY_MS = 86_400_000
const DAY = /^\d{4}-\d{2}-\d{2}$/

export interface SymbolPlace {
  readonly accumulator: Accumulator
  readonly shard: number
  readonly symbol: string
}

/** The id of the period that people write so: a day as 2013-10-07, a window by any time in it. Undefined where it is none. */
export function parsePeriod({ period }: Accumulator, text: string): number | undefined {
  const ms = Date.parse(text)
  if (Number.isNaN(ms) || DAY.test(text) !== (period.kind === 'day')) return undefined
  return period.kind === 'day' ? ms / DAY_MS : Math.floor(ms / 1000 / period.seconds) * period.seconds
}

/** Undefined where neither store has a row of the symbol. */
export async function findNewestPeriod(
  hot: HotStore,
  cold: ColdStore,
  place: SymbolPlace,
): Promise<number | undefined> {
  const { accumulator, shard, symbol } = place
  const { periods } = await hot.readCoverage(shard)
  const inRedis = newestFirst(periods.filter((record) => record.accumulator === accumulator.name))
  for (const period of inRedis) {
    const page = await hot.readRows(shard, accumulator.name, period, { kind: 'keys', keys: [symbol] })
    if (page.rows.length > 0) return period
  }
  const totals = await cold.readTotals(accumulator.name)
  for (const period of newestFirst(totals.filter((total) => total.shard === shard))) {
    if ((await cold.readParts(accumulator.name, period, { keys: [symbol] })).length > 0) return period
  }
  return undefined
}

function newestFirst(places: readonly { readonly period: number }[]): number[] {
  const periods = new Set(places.map(({ period }) => period))
  return [...periods].sort((a, b) => b - a).slice(0, PERIODS_SEARCHED_MAX)
}
