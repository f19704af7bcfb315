/** What is run: the contenders, each on the same seeded market. */
import { accumulatorSets, SESSIONS_ONLY } from './bench-layout.ts'
import type { ContenderName } from './contenders/all-contenders.ts'
import type { ContenderSettings } from './contenders/contender.ts'
import { whole } from './report/format.ts'
import type { Appendfsync, Variant } from './run/variant.ts'
import type { Scale } from './scale.ts'
import type { MarketSpec } from './ticks/bench-ticks.ts'

/** Requests of so many ticks, and how many of them at once. */
const EMBEDDED_BATCHES = [
  [100, 64],
  [1000, 16],
  [10_000, 6],
  [50_000, 4],
  [100_000, 3],
  [250_000, 3],
] as const
/** With further accumulators. */
const FURTHER_BATCHES = [10_000, 100_000]
export const HTTP_BATCH = { batchTicks: 10_000, inFlight: 4 }
/** 3.4 MB of CSV, 7.6 MB of JSON: what a source that catches up sends at once. */
const HTTP_LARGE_BATCH = { batchTicks: 100_000, inFlight: 3 }
export const ZIPF_SYMBOLS = 4000
const FLAT_SYMBOLS = 1_000_000
const LIMIT_ROWS = 100_000

export function plannedVariants(scale: Scale): Variant[] {
  const zipf: MarketSpec = { market: 'zipf', symbols: ZIPF_SYMBOLS, ticks: scale.ticks }
  const flat: MarketSpec = { market: 'flat', symbols: Math.min(FLAT_SYMBOLS, scale.ticks), ticks: scale.ticks }
  return [
    ...embedded(zipf),
    ...library(zipf),
    ...http(zipf),
    ...others(zipf),
    ...limits(zipf, scale),
    ...flatMillion(flat),
  ]
}

function embedded(market: MarketSpec): Variant[] {
  const sets = accumulatorSets.flatMap((accumulators) =>
    EMBEDDED_BATCHES.filter(
      ([batchTicks]) => accumulators.length === SESSIONS_ONLY.length || FURTHER_BATCHES.includes(batchTicks),
    ).flatMap(([batchTicks, inFlight]) =>
      (['always', 'everysec'] as const).map((appendfsync) =>
        embeddedVariant(market, appendfsync, { batchTicks, inFlight, accumulators }),
      ),
    ),
  )
  const sequenced = { batchTicks: 10_000, inFlight: 6, accumulators: SESSIONS_ONLY, sequenced: true }
  return [...sets, embeddedVariant(market, 'always', sequenced)]
}

export function embeddedVariant(market: MarketSpec, appendfsync: Appendfsync, settings: ContenderSettings): Variant {
  const { batchTicks, accumulators = SESSIONS_ONLY, sequenced = false } = settings
  const numbered = sequenced ? ', each batch numbered' : ''
  return {
    id: `embedded-${accumulators.join('+')}-${batchTicks}-${appendfsync}${sequenced ? '-sequenced' : ''}`,
    contender: 'embedded',
    title: `Weir embedded, ${accumulators.join(' and ')}, ${whole(batchTicks)} ticks a batch${numbered}`,
    market,
    appendfsync,
    settings,
    unit: 'ticks',
  }
}

/** A call a tick, as Python's accumulator is called. */
function library(market: MarketSpec): Variant[] {
  return accumulatorSets.map((accumulators) => {
    const names = accumulators.join(' and ')
    const settings = { batchTicks: 50_000, inFlight: 4, accumulators }
    return variant(
      'library',
      `library-${accumulators.join('+')}`,
      `Weir embedded, recordTick, ${names}`,
      market,
      settings,
    )
  })
}

function http(market: MarketSpec): Variant[] {
  const podCounts = [1, 2] as const
  const alone = podCounts.flatMap((pods) =>
    (['csv', 'ndjson', 'json'] as const).map((format) => {
      const title = `Weir over HTTP, ${format.toUpperCase()}, ${podsText(pods)}`
      return variant('http', `http-${format}-${pods}`, title, market, { ...HTTP_BATCH, format, pods })
    }),
  )
  const large = (['csv', 'ndjson', 'json'] as const).map((format) => {
    const { batchTicks } = HTTP_LARGE_BATCH
    const title = `Weir over HTTP, ${format.toUpperCase()}, one pod, ${whole(batchTicks)} ticks a request`
    return variant('http', `http-${format}-1-${batchTicks}`, title, market, { ...HTTP_LARGE_BATCH, format, pods: 1 })
  })
  const beside = accumulatorSets.slice(1).map((accumulators) => {
    const title = `Weir over HTTP, CSV, one pod, ${accumulators.join(' and ')}`
    const settings = { ...HTTP_BATCH, format: 'csv', pods: 1, accumulators } as const
    return variant('http', `http-csv-1-${accumulators.join('+')}`, title, market, settings)
  })
  return [...alone, ...large, ...beside]
}

export function podsText(pods: number): string {
  return pods === 1 ? 'one pod' : `${pods} pods`
}

/** Each with as much at once as it was fastest with of those tried: 2 to 16 pipelines, 1 to 4 statements, 4 to 32 connections. */
function others(market: MarketSpec): Variant[] {
  const pipeline = { batchTicks: 1000, inFlight: 4 }
  const hincrby = 'HINCRBY + SADD a tick, pipelines of 1,000'
  return [
    variant('python', 'python', 'Python accumulator in its process', market, { batchTicks: 1, inFlight: 1 }),
    variant('hincrby', 'hincrby', hincrby, market, pipeline),
    { ...variant('hincrby', 'hincrby-everysec', hincrby, market, pipeline), appendfsync: 'everysec' },
    variant('lua-tick', 'lua-tick', 'A Lua call a tick, pipelines of 1,000', market, pipeline),
    variant('bullmq-tick', 'bullmq-tick', 'A BullMQ job a tick', market, { batchTicks: 1000, inFlight: 2 }),
    variant('postgres-tick', 'postgres-tick', 'A PostgreSQL upsert a tick', market, { batchTicks: 1, inFlight: 8 }),
    variant('postgres-merged', 'postgres-merged', '1,000 ticks merged, a PostgreSQL upsert', market, {
      batchTicks: 1000,
      inFlight: 2,
    }),
  ]
}

/** What the servers can take at all. */
function limits(market: MarketSpec, { ticks }: Scale): Variant[] {
  const redis = { batchTicks: 1, inFlight: 50 }
  return [
    variant('redis-limit', 'redis-limit', 'redis-benchmark, HINCRBY, -P 64', market, redis),
    bareUpsertVariant(Math.min(LIMIT_ROWS, ticks)),
  ]
}

/** As many connections as the sync has. */
export function bareUpsertVariant(rows: number): Variant {
  const market: MarketSpec = { market: 'flat', symbols: rows, ticks: rows }
  const settings = { batchTicks: 1000, inFlight: 4 }
  const title = `Bare unnest upsert, 1,000 of ${whole(rows)} new rows`
  return { ...variant('postgres-limit', 'postgres-limit', title, market, settings), unit: 'rows' }
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
export function variant(
  contender: ContenderName,
  id: string,
  title: string,
  market: MarketSpec,
  settings: ContenderSettings,
): Variant {
  return { id, contender, title, market, appendfsync: 'always', settings, unit: 'ticks' }
}
