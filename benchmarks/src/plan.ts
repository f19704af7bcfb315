/** What is run: the contenders, each on the same seeded market, and how long. */
import { accumulatorSets, SESSIONS_ONLY } from './bench-layout.ts'
import type { ContenderName } from './contenders/all-contenders.ts'
import type { ContenderSettings } from './contenders/contender.ts'
import type { Appendfsync, Variant } from './run/variant.ts'
import type { MarketSpec } from './ticks/bench-ticks.ts'

export interface Scale {
  readonly rounds: number
  /** How long a run lasts at most. */
  readonly secondsMax: number
  /** Ticks of the market; a contender that is through begins again. */
  readonly ticks: number
}

export const FULL: Scale = { rounds: 5, secondsMax: 2, ticks: 1_000_000 }
export const QUICK: Scale = { rounds: 1, secondsMax: 0.3, ticks: 50_000 }

/** Requests of so many ticks, and how many of them at once. */
const EMBEDDED_BATCHES = [
  [100, 64],
  [1000, 16],
  [10_000, 6],
  [50_000, 4],
  [100_000, 3],
] as const
const HTTP_BATCH = { batchTicks: 10_000, inFlight: 4 }
const FLAT_SYMBOLS = 1_000_000

const ZIPF_SYMBOLS = 4000

export function plannedVariants(scale: Scale): Variant[] {
  const zipf: MarketSpec = { market: 'zipf', symbols: ZIPF_SYMBOLS, ticks: scale.ticks }
  const flat: MarketSpec = { market: 'flat', symbols: Math.min(FLAT_SYMBOLS, scale.ticks), ticks: scale.ticks }
  return [...embedded(zipf), ...http(zipf), ...others(zipf), ...limits(zipf, scale), ...flatMillion(flat)]
}

function embedded(market: MarketSpec): Variant[] {
  const sets = accumulatorSets.flatMap((accumulators) =>
    EMBEDDED_BATCHES.flatMap(([batchTicks, inFlight]) =>
      (['always', 'everysec'] as const).map((appendfsync) =>
        embeddedVariant(market, appendfsync, { batchTicks, inFlight, accumulators }),
      ),
    ),
  )
  const sequenced = { batchTicks: 10_000, inFlight: 6, accumulators: SESSIONS_ONLY, sequenced: true }
  return [...sets, embeddedVariant(market, 'always', sequenced)]
}

function embeddedVariant(market: MarketSpec, appendfsync: Appendfsync, settings: ContenderSettings): Variant {
  const { batchTicks, accumulators = SESSIONS_ONLY, sequenced = false } = settings
  const numbered = sequenced ? ', each batch numbered' : ''
  return {
    id: `embedded-${accumulators.join('+')}-${batchTicks}-${appendfsync}${sequenced ? '-sequenced' : ''}`,
    contender: 'embedded',
    title: `Weir embedded, ${accumulators.join(' and ')}, ${batchTicks.toLocaleString('en')} ticks a batch${numbered}`,
    market,
    appendfsync,
    settings,
    unit: 'ticks',
  }
}

function http(market: MarketSpec): Variant[] {
  const podCounts = [1, 2] as const
  return podCounts.flatMap((pods) =>
    (['csv', 'ndjson', 'json'] as const).map((format) =>
      variant('http', `http-${format}-${pods}`, `Weir over HTTP, ${format.toUpperCase()}, ${podsText(pods)}`, market, {
        ...HTTP_BATCH,
        format,
        pods,
      }),
    ),
  )
}

function podsText(pods: number): string {
  return pods === 1 ? 'one pod' : `${pods} pods`
}

function others(market: MarketSpec): Variant[] {
  const pipeline = { batchTicks: 1000, inFlight: 4 }
  const hincrby = 'HINCRBY + SADD a tick, pipelines of 1,000'
  return [
    variant('python', 'python', 'Python accumulator in its process', market, { batchTicks: 1, inFlight: 1 }),
    variant('hincrby', 'hincrby', hincrby, market, pipeline),
    { ...variant('hincrby', 'hincrby-everysec', hincrby, market, pipeline), appendfsync: 'everysec' },
    variant('lua-tick', 'lua-tick', 'A Lua call a tick, pipelines of 1,000', market, pipeline),
    variant('bullmq-tick', 'bullmq-tick', 'A BullMQ job a tick', market, { batchTicks: 1000, inFlight: 2 }),
    variant('postgres-tick', 'postgres-tick', 'A PostgreSQL upsert a tick', market, { batchTicks: 1, inFlight: 4 }),
    variant('postgres-merged', 'postgres-merged', '1,000 ticks merged, a PostgreSQL upsert', market, pipeline),
  ]
}

/** What the servers can take at all. */
function limits(market: MarketSpec, scale: Scale): Variant[] {
  const rows = Math.min(100_000, scale.ticks)
  const eachOnce: MarketSpec = { market: 'flat', symbols: rows, ticks: rows }
  const bare = variant('postgres-limit', 'postgres-limit', 'Bare unnest upsert of 1,000 new rows', eachOnce, {
    batchTicks: 1000,
    inFlight: 4,
  })
  return [
    variant('redis-limit', 'redis-limit', 'redis-benchmark, HINCRBY, -P 64', market, { batchTicks: 1, inFlight: 50 }),
    { ...bare, unit: 'rows' },
  ]
}

function flatMillion(market: MarketSpec): Variant[] {
  const batch = { batchTicks: 10_000, inFlight: 6, accumulators: SESSIONS_ONLY }
  return [
    { ...embeddedVariant(market, 'always', batch), id: 'flat-embedded' },
    variant('http', 'flat-http-csv', 'Weir over HTTP, CSV, one pod', market, { ...HTTP_BATCH, format: 'csv', pods: 1 }),
    variant('python', 'flat-python', 'Python accumulator in its process', market, { batchTicks: 1, inFlight: 1 }),
    variant('hincrby', 'flat-hincrby', 'HINCRBY + SADD a tick, pipelines of 1,000', market, {
      batchTicks: 1000,
      inFlight: 4,
    }),
  ]
}

/** Under `appendfsync always`, unless said otherwise. */
function variant(
  contender: ContenderName,
  id: string,
  title: string,
  market: MarketSpec,
  settings: ContenderSettings,
): Variant {
  return { id, contender, title, market, appendfsync: 'always', settings, unit: 'ticks' }
}
