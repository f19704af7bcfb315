/** A market of a fixed number of ticks: for tests, benchmarks and sample files. */
import assert from 'node:assert/strict'
import { type MarketOptions, type MarketTick, marketArrivals } from './market.ts'

export interface FixedMarketOptions extends MarketOptions {
  /** How many ticks there are. */
  readonly ticks: number
}

/** The ticks in order of arrival: the same options give the same ticks, everywhere. */
export function* generateMarket({ ticks, ...options }: FixedMarketOptions): Generator<MarketTick, void, undefined> {
  assert(Number.isSafeInteger(ticks) && ticks >= 0, `ticks: a whole number, not ${ticks}`)
  let left = ticks
  if (left === 0) return
  for (const { tick } of marketArrivals(options)) {
    yield tick
    left -= 1
    if (left === 0) return
  }
}
