/**
 * The ticks of a run, the same for every contender: a pure function of the market's name and the number of ticks. They are
 * kept in columns of numbers, so that ten million of them fit into each process; a contender makes of them what it is fed.
 */
import { generateMarket, RandomIntegers } from '@weir/generator'

type MarketName = 'zipf' | 'flat'

/** A tick as a program has it in memory: what Python's accumulator, too, is given. */
export interface BenchTick {
  readonly symbol: string
  readonly price: number
  readonly volume: number
  /** Ms since the epoch. */
  readonly timestamp: number
}

export interface BenchTicks {
  readonly count: number
  /** Distinct symbols among them. */
  readonly symbols: number
  /** The sum of the volumes of so many ticks, fed in their order and again from the first: what must have been counted. */
  volumeOf(ticksFed: number): number
  tick(index: number): BenchTick
  /** All of them, the same objects each time. */
  all(): readonly BenchTick[]
  /** A number for each symbol, for counting distinct ones. */
  symbolIndex(index: number): number
}

export interface MarketSpec {
  readonly market: MarketName
  readonly symbols: number
  readonly ticks: number
}

const SEED = 20131007
/** A New York morning: all ticks of a run are of one session. */
const START_MS = Date.UTC(2024, 4, 14, 14)
/** The rate of the reference load; 10 million ticks are 100 s of event time. */
export const TICKS_PER_SECOND = 100_000
const CENTS = 100

export function benchTicks({ market, symbols, ticks }: MarketSpec): BenchTicks {
  const columns = {
    names: [] as string[],
    symbol: new Int32Array(ticks),
    cents: new Int32Array(ticks),
    volume: new Int32Array(ticks),
    afterStartMs: new Int32Array(ticks),
  }
  if (market === 'zipf') fillZipf(columns, symbols, ticks)
  else fillFlat(columns, symbols, ticks)
  const tick = (index: number): BenchTick => ({
    symbol: columns.names[columns.symbol[index] as number] as string,
    price: (columns.cents[index] as number) / CENTS,
    volume: columns.volume[index] as number,
    timestamp: START_MS + (columns.afterStartMs[index] as number),
  })
  let all: BenchTick[] | undefined
  return {
    count: ticks,
    symbols: columns.names.length,
    volumeOf: (ticksFed) => volumeOf(columns.volume, ticksFed),
    tick,
    all: () => (all ??= Array.from({ length: ticks }, (_, index) => tick(index))),
    symbolIndex: (index) => columns.symbol[index] as number,
  }
}

function volumeOf(volumes: Int32Array, ticksFed: number): number {
  const sum = (part: Int32Array) => part.reduce((total, volume) => total + volume, 0)
  const passes = Math.floor(ticksFed / volumes.length)
  return passes * sum(volumes) + sum(volumes.subarray(0, ticksFed % volumes.length))
}

interface Columns {
  readonly names: string[]
  readonly symbol: Int32Array
  readonly cents: Int32Array
  readonly volume: Int32Array
  readonly afterStartMs: Int32Array
}

/** The seeded market of `weir generate`: few symbols have most of the ticks, some ticks are late or out of order. */
function fillZipf({ names, symbol, cents, volume, afterStartMs }: Columns, symbols: number, ticks: number): void {
  const indexes = new Map<string, number>()
  const market = { seed: SEED, symbols, startMs: START_MS, ticksPerSecond: TICKS_PER_SECOND, ticks }
  let at = 0
  for (const tick of generateMarket(market)) {
    let index = indexes.get(tick.symbol)
    if (index === undefined) {
      index = names.push(tick.symbol) - 1
      indexes.set(tick.symbol, index)
    }
    symbol[at] = index
    cents[at] = Math.round(Number(tick.price) * CENTS)
    volume[at] = tick.volume
    afterStartMs[at] = tick.timestamp - START_MS
    at++
  }
}

/** Every symbol as often as any other, the worst case of an accumulator: first each of them once, then at random. */
function fillFlat({ names, symbol, cents, volume, afterStartMs }: Columns, symbols: number, ticks: number): void {
  const random = new RandomIntegers(SEED)
  for (let index = 0; index < Math.min(symbols, ticks); index++) names.push(`F${String(index).padStart(7, '0')}`)
  for (let at = 0; at < ticks; at++) {
    symbol[at] = at < symbols ? at : random.below(symbols)
    cents[at] = 10_000 + random.below(1000)
    volume[at] = 100
    afterStartMs[at] = Math.floor((at * 1000) / TICKS_PER_SECOND)
  }
}
