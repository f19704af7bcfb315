/**
 * A synthetic market: an endless sequence of ticks that is a pure function of its options. It has what makes real feeds
 * hard: few symbols with most of the ticks, bursts with many ticks in one millisecond, ticks out of order, late ticks.
 */
import assert from 'node:assert/strict'
import { createPriceWalk, formatCents, type PriceWalk, stepPrice } from './price-walk.ts'
import { RandomIntegers } from './random-integers.ts'
import { SYMBOLS_MAX, symbolName } from './symbol-name.ts'
import { zipfRanks } from './zipf.ts'

export interface MarketTick {
  readonly symbol: string
  /** Decimal text with two digits, above zero. */
  readonly price: string
  /** A whole number of shares, above zero. */
  readonly volume: number
  /** When it happened, in ms since the epoch. */
  readonly timestamp: number
}

export interface MarketOptions {
  /** 0 to 2^53 - 1. */
  readonly seed: number
  /** How many symbols there are. */
  readonly symbols: number
  /** The time of the market's first tick; no tick is earlier. */
  readonly startMs: number
  /** On average, 1 to 1,000,000. */
  readonly ticksPerSecond: number
  /** The share of ticks that come up to `outOfOrderMs` after their time (0.02). */
  readonly outOfOrderFraction?: number
  readonly outOfOrderMs?: number
  /** The share of ticks that come up to `lateMs` after their time (0.001). */
  readonly lateFraction?: number
  readonly lateMs?: number
}

/** A tick, and when it arrives: its own time, or later. */
export interface Arrival {
  readonly arrivalMs: number
  readonly tick: MarketTick
}

type Settings = Required<MarketOptions>

const DEFAULTS = { outOfOrderFraction: 0.02, outOfOrderMs: 50, lateFraction: 0.001, lateMs: 60_000 }
const TICKS_PER_SECOND_MAX = 1_000_000
const DELAY_MAX_MS = 2_000_000
const US_PER_MS = 1000
const US_PER_SECOND = 1_000_000
/** A gap is one of this many, evenly spaced. */
const GAP_PARTS = 1024

/** Ticks in order of arrival; arrival times never run backwards. */
export function* marketArrivals(options: MarketOptions): Generator<Arrival, never, undefined> {
  const market = checked({ ...DEFAULTS, ...options })
  const random = new RandomIntegers(market.seed)
  const rankOf = zipfRanks(market.symbols)
  const symbols = Array.from({ length: market.symbols }, (_, rank) => ({
    name: symbolName(rank),
    walk: createPriceWalk(random),
  }))
  let elapsedUs = 0
  let burstLeft = drawBurst(random)
  for (;;) {
    if (burstLeft === 0) {
      burstLeft = drawBurst(random)
      elapsedUs += drawGapUs(random, burstLeft, market.ticksPerSecond)
    }
    burstLeft -= 1
    const symbol = symbols[rankOf(random)]
    assert(symbol !== undefined)
    const arrivalMs = market.startMs + Math.floor(elapsedUs / US_PER_MS)
    yield { arrivalMs, tick: drawTick(symbol, arrivalMs, market, random) }
  }
}

function drawTick(
  symbol: { name: string; walk: PriceWalk },
  arrivalMs: number,
  market: Settings,
  random: RandomIntegers,
): MarketTick {
  const price = formatCents(stepPrice(symbol.walk, random))
  const volume = drawVolume(random)
  const timestamp = Math.max(market.startMs, arrivalMs - drawDelayMs(market, random))
  return { symbol: symbol.name, price, volume, timestamp }
}

/** Half of the ticks are 100 shares (48 % in a real day of four US shares), then a few hundred, odd lots, a few blocks. */
function drawVolume(random: RandomIntegers): number {
  const draw = random.below(100)
  if (draw < 50) return 100
  if (draw < 85) return 100 * random.between(2, 10)
  if (draw < 95) return random.between(1, 99)
  return 100 * random.between(11, 200)
}

/** Ticks of one instant: 2 on average, so that half share their time with the one before (48 % in that real day). */
function drawBurst(random: RandomIntegers): number {
  const draw = random.below(100)
  if (draw < 70) return 1
  if (draw < 94) return random.between(2, 4)
  return random.between(5, 15)
}

/** Before a burst: between nothing and twice what its ticks take on average, so that the rate comes out right. */
function drawGapUs(random: RandomIntegers, burst: number, ticksPerSecond: number): number {
  const meanUs = (burst * US_PER_SECOND) / ticksPerSecond
  return (2 * meanUs * random.below(GAP_PARTS)) / (GAP_PARTS - 1)
}

function drawDelayMs(market: Settings, random: RandomIntegers): number {
  if (random.chance(market.lateFraction * 1_000_000)) return random.between(1, market.lateMs)
  return random.chance(market.outOfOrderFraction * 1_000_000) ? random.between(1, market.outOfOrderMs) : 0
}

function checked(market: Settings): Settings {
  const { symbols, startMs, ticksPerSecond, lateFraction, outOfOrderFraction, lateMs, outOfOrderMs } = market
  assert(
    Number.isInteger(symbols) && symbols >= 1 && symbols <= SYMBOLS_MAX,
    `symbols: 1 to ${SYMBOLS_MAX}, not ${symbols}`,
  )
  assert(Number.isSafeInteger(startMs) && startMs >= 0, `startMs: whole ms since the epoch, not ${startMs}`)
  assert(
    ticksPerSecond >= 1 && ticksPerSecond <= TICKS_PER_SECOND_MAX,
    `ticksPerSecond: 1 to ${TICKS_PER_SECOND_MAX}, not ${ticksPerSecond}`,
  )
  for (const fraction of [lateFraction, outOfOrderFraction]) {
    assert(fraction >= 0 && fraction <= 1, `a fraction is from 0 to 1, not ${fraction}`)
  }
  for (const delayMs of [lateMs, outOfOrderMs]) {
    assert(
      Number.isInteger(delayMs) && delayMs >= 1 && delayMs <= DELAY_MAX_MS,
      `a delay is 1 to ${DELAY_MAX_MS} ms, not ${delayMs}`,
    )
  }
  return market
}
