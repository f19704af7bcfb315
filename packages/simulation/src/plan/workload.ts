/** What all clients of a run have to send, fixed by the seed before anything happens. */
import { shardOf } from '@weir/accumulator'
import { type SeededRandom, seededRandom } from '@weir/testkit'
import { DAY_SECONDS, SHARDS, SYMBOLS, sessions } from './accumulators.ts'
import { DIGITS_MAX, type Op, type OpKind } from './op.ts'

/** Noon of a day in UTC: two days before it are over, this one goes on for as long as any run takes, or ends in it. */
export const START_US = Date.UTC(2024, 4, 14, 12) * 1000
export const DAYS = 3

const DAY_US = 86_400_000_000
const MORNING_US = Date.UTC(2024, 4, 14, 10) * 1000
/** Few distinct times and prices: ties are where order matters. */
const TIMES_MAX = 6
const PRICES_MAX = 7
const BAD_CHANCE = 0.05
/** Of a mixed workload; the others are plain ticks. */
const RECORD_CHANCE = 0.25
const VOLUME_ONLY_CHANCE = 0.2

export interface Workload {
  /** In the order in which each client sends them. */
  readonly byClient: ReadonlyMap<string, readonly Op[]>
  /** By symbol and day; the index is the digit. */
  readonly byRow: ReadonlyMap<string, readonly Op[]>
}

/** How many ticks each client has. */
export type ClientSizes = Readonly<Record<string, { readonly opsMin: number; readonly opsMax: number }>>

export function planWorkload(seed: number, sizes: ClientSizes, { isMixed }: { readonly isMixed: boolean }): Workload {
  const random = seededRandom(seed)
  const kinds = kindsAtRandom(seed, isMixed)
  const byRow = new Map<string, Op[]>()
  const byClient = new Map<string, readonly Op[]>()
  // Runs differ in what is hot: one row, one day, or everything.
  const symbols = random.chance(0.3) ? SYMBOLS.slice(0, random.integer(1, 3)) : SYMBOLS
  const days = random.chance(0.3) ? [random.integer(0, DAYS - 1)] : [0, 1, 2]
  for (const [client, { opsMin, opsMax }] of Object.entries(sizes)) {
    const count = random.integer(opsMin, opsMax)
    const ops = Array.from({ length: count }, (_, index) =>
      planOp(random, byRow, { client, sequence: index + 1, symbols, days, kind: kinds() }),
    )
    byClient.set(client, ops)
  }
  return { byClient, byRow }
}

export function rowName(symbol: string, day: number): string {
  return `${symbol}@${day}`
}

/** A session's period id counts days since 1970, all others' seconds. */
export function periodOfDay(accumulator: string, day: number): number {
  const session = Math.floor(START_US / DAY_US) + day - DAYS + 1
  return accumulator === sessions.name ? session : session * DAY_SECONDS
}

export function dayOfPeriod(accumulator: string, period: number): number {
  const session = accumulator === sessions.name ? period : period / DAY_SECONDS
  return session - Math.floor(START_US / DAY_US) + DAYS - 1
}

/** From a sequence of its own, so that a mixed workload has the ticks of an unmixed one. */
function kindsAtRandom(seed: number, isMixed: boolean): () => OpKind {
  const random = seededRandom(seed ^ 0x51de)
  return () => {
    if (!isMixed) return 'tick'
    if (random.chance(RECORD_CHANCE)) return 'record'
    return random.chance(VOLUME_ONLY_CHANCE) ? 'volume-only' : 'tick'
  }
}

interface Place {
  readonly kind: OpKind
  readonly client: string
  readonly sequence: number
  readonly symbols: readonly string[]
  readonly days: readonly number[]
}

function planOp(random: SeededRandom, byRow: Map<string, Op[]>, { client, sequence, symbols, days, kind }: Place): Op {
  let [symbol, day] = [random.pick(symbols), random.pick(days)]
  // A row that is full leaves the rest to others.
  while ((byRow.get(rowName(symbol, day))?.length ?? 0) >= DIGITS_MAX) {
    ;[symbol, day] = [random.pick(SYMBOLS), random.integer(0, DAYS - 1)]
  }
  const row = byRow.get(rowName(symbol, day)) ?? []
  byRow.set(rowName(symbol, day), row)
  const op: Op = {
    kind,
    client,
    sequence,
    symbol,
    day,
    shard: shardOf(symbol, SHARDS),
    digit: row.length,
    price: random.integer(1, PRICES_MAX) * 10_000,
    timeUs: MORNING_US + (day - DAYS + 1) * DAY_US + random.integer(1, TIMES_MAX) * 1000,
    isUp: random.chance(0.5),
    isBad: random.chance(BAD_CHANCE),
  }
  row.push(op)
  return op
}
