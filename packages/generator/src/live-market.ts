/** The market as it goes on while people watch: the caller passes the time and gets what arrived since its last call. */
import assert from 'node:assert/strict'
import { type MarketOptions, type MarketTick, marketArrivals } from './market.ts'

export interface LiveMarketOptions extends MarketOptions {
  /** No batch covers more; what a machine that slept has missed is left out (5000). */
  readonly spanMaxMs?: number
}

export interface LiveMarket {
  /** The ticks that arrived after the last call's time, up to this time (ms since the epoch), in order of arrival. */
  batchUntil(nowMs: number): readonly MarketTick[]
}

const SPAN_MAX_MS = 5000

/** Begins at `startMs`. The ticks depend on the options and on when it is called only through the spans left out. */
export function liveMarket({ spanMaxMs = SPAN_MAX_MS, ...options }: LiveMarketOptions): LiveMarket {
  assert(Number.isInteger(spanMaxMs) && spanMaxMs >= 1, `spanMaxMs: a whole number above 0, not ${spanMaxMs}`)
  const arrivals = marketArrivals(options)
  let next = arrivals.next().value
  let untilMs = options.startMs
  /** How much later everything happens than in the market's own time: the spans left out. */
  let skippedMs = 0
  return {
    batchUntil(nowMs) {
      if (nowMs - untilMs > spanMaxMs) skippedMs += nowMs - untilMs - spanMaxMs
      untilMs = Math.max(untilMs, nowMs)
      const batch: MarketTick[] = []
      while (next.arrivalMs + skippedMs <= untilMs) {
        batch.push({ ...next.tick, timestamp: next.tick.timestamp + skippedMs })
        next = arrivals.next().value
      }
      return batch
    },
  }
}
