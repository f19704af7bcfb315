/**
 * Weir inside a Node program: records are folded here and applied to Redis in one call a shard and batch, as an ingest pod does
 * it. A promise that resolves means "in Redis"; the sync worker lands it in PostgreSQL.
 */
import { ColumnMemory, type LayoutSettings } from '@weir/accumulator'
import { loadLayout } from '@weir/definitions'
import {
  createIngest,
  feedReaders,
  ingestLimits,
  KnownSymbols,
  type RecordReader,
  type TickCounts,
  TickReader,
} from '@weir/ingest'
import { connectPostgres, PostgresColdStore } from '@weir/postgres'
import { checkRedis, connectRedis, RedisHotStore, redisReady } from '@weir/redis'
import { createLogger, LAYOUT_SETTINGS, parseSettings, systemClock, systemRandom } from '@weir/service'
import { RecordError } from './record-error.ts'
import { RecordQueue } from './record-queue.ts'

export interface WeirOptions {
  readonly redisUrl: string
  /** Gives marks, highs and lows back after a wipe of Redis; without it they are not restored. */
  readonly databaseUrl?: string
  readonly keyPrefix?: string
  /** Must be those of every other process on the same data; the defaults of docs/configuration.md where absent. */
  readonly settings?: Readonly<Record<string, string>>
  /** Numbers the records, so that what was sent twice counts once: one open Weir a name at a time. */
  readonly producer?: string
  /** The records of one batch (20,000), and all that may wait for Redis (1,000,000). */
  readonly recordsPerBatchMax?: number
  readonly recordsPendingMax?: number
  /** Batches of one kind on their way at once (4); of a named producer there is one. */
  readonly batchesMax?: number
}

/** A number, or decimal text where a double is not exact. */
type Decimal = number | string

export interface Weir extends AsyncDisposable {
  /** Times are Unix milliseconds, with up to three decimals. All throw a RecordError for a record that cannot be right. */
  recordTick(
    symbol: string,
    price: Decimal,
    volume: Decimal,
    timestamp: Decimal,
    updates?: 'volume',
  ): Promise<TickCounts>
  recordHighEvent(symbol: string, timestamp: Decimal, count?: number): Promise<TickCounts>
  recordLowEvent(symbol: string, timestamp: Decimal, count?: number): Promise<TickCounts>
  recordMarketCalculation(calculation: MarketCalculation): Promise<TickCounts>
  /** A record for an accumulator of `WEIR_ACCUMULATORS`: its texts and measures by name, and `timestamp`. */
  record(accumulator: string, record: Readonly<Record<string, unknown>>): Promise<TickCounts>
  /** Resolves when everything recorded so far is in Redis, or has failed. */
  flush(): Promise<void>
  /** Flushes, then closes the connections. Idempotent. */
  close(): Promise<void>
}

export interface MarketCalculation {
  readonly source: string
  readonly net_score: Decimal
  readonly activity_count: Decimal
  readonly buying_count: Decimal
  readonly selling_count: Decimal
  readonly timestamp: Decimal
}

const CONNECT_TIMEOUT_MS = 10_000
const COMMAND_TIMEOUT_MS = 10_000
const DEFAULTS = { recordsPerBatchMax: 20_000, recordsPendingMax: 1_000_000, batchesMax: 4 }
const POOL = { poolMax: 2, statementTimeoutMs: 30_000, lockTimeoutMs: 5000, idleInTransactionTimeoutMs: 30_000 }

/** Throws a ConfigError for settings that are wrong, a StoreError where Redis cannot be reached or is not fit. */
export async function openWeir(options: WeirOptions): Promise<Weir> {
  const settings = parseSettings(LAYOUT_SETTINGS, options.settings ?? {})
  const layout = await loadLayout(settings satisfies LayoutSettings)
  const { redisUrl, databaseUrl, keyPrefix = 'weir' } = options
  const held = new AsyncDisposableStack()
  try {
    const redis = connectRedis({ url: redisUrl, purpose: 'weir-embedded', commandTimeoutMs: COMMAND_TIMEOUT_MS })
    held.defer(async () => redis.disconnect())
    await redisReady(redis, AbortSignal.timeout(CONNECT_TIMEOUT_MS))
    await checkRedis(redis, { layout, keyPrefix })
    const postgres =
      databaseUrl === undefined
        ? undefined
        : connectPostgres({ url: databaseUrl, connectionTimeoutMs: CONNECT_TIMEOUT_MS, ...POOL })
    if (postgres !== undefined) held.defer(() => postgres.destroy())
    const ingest = createIngest({
      hot: new RedisHotStore({ redis, layout, keyPrefix, durabilityAgeMs: 0 }),
      cold: postgres === undefined ? undefined : new PostgresColdStore(postgres, layout),
      layout,
      clock: systemClock,
      random: systemRandom,
      log: createLogger({ name: 'weir-embedded', level: 'warn' }),
      limits: ingestLimits({ pendingTicksMax: 2 * (options.recordsPendingMax ?? DEFAULTS.recordsPendingMax) }),
    })
    held.defer(() => ingest.stop())
    await ingest.start()
    return await createFace(options, layout, ingest, () => held.disposeAsync())
  } catch (error) {
    await held.disposeAsync()
    throw error
  }
}

type Layout = Awaited<ReturnType<typeof loadLayout>>
type Ingest = ReturnType<typeof createIngest>

async function createFace(options: WeirOptions, layout: Layout, ingest: Ingest, release: () => Promise<void>) {
  const { ticks, events, calculations, records } = await openQueues(options, layout, ingest)
  const queues = [ticks, events, calculations, ...records.values()].filter((queue) => queue !== undefined)
  let closing: Promise<void> | undefined

  const open = <Queue>(queue: Queue | undefined, missing: string): Queue => {
    if (closing !== undefined) throw new RecordError('WEIR_CLOSED', 'this Weir is closed')
    if (queue === undefined) throw new RecordError('WEIR_RECORD_REJECTED', missing)
    return queue
  }
  const recordEvent = (type: 'high' | 'low', symbol: string, timestamp: Decimal, count: number) =>
    open(events, '').record((reader) => reader.add({ symbol, type, timestamp, count }))
  const flush = async (): Promise<void> => void (await Promise.all(queues.map((queue) => queue.flush())))
  const close = (): Promise<void> => (closing ??= flush().then(release))

  const weir: Weir = {
    recordTick: (symbol, price, volume, timestamp, updates) =>
      open(ticks, '').record((reader) => reader.add(symbol, price, volume, timestamp, updates)),
    recordHighEvent: (symbol, timestamp, count = 1) => recordEvent('high', symbol, timestamp, count),
    recordLowEvent: (symbol, timestamp, count = 1) => recordEvent('low', symbol, timestamp, count),
    recordMarketCalculation: (calculation) =>
      open(calculations, 'MARKET_WINDOW_SECONDS is 0: there is no market').record((reader) => reader.add(calculation)),
    record: (accumulator, record) =>
      open(records.get(accumulator), unknownAccumulator(accumulator, [...records.keys()])).record((reader) =>
        reader.add(record),
      ),
    flush,
    close,
    [Symbol.asyncDispose]: close,
  }
  return weir
}

async function openQueues(options: WeirOptions, layout: Layout, ingest: Ingest) {
  const { producer } = options
  const limits = { ...DEFAULTS, ...definedOf(options) }
  const submit: Ingest['submit'] = (request) => ingest.submit(request)
  const queueOf = async <Reader extends TickReader | RecordReader>(input: string, createReader: () => Reader) => {
    const name = `${producer}:${input}`
    const next = producer === undefined ? 1 : (await ingest.producerMark(name)) + 1
    return new RecordQueue<Reader>({
      createReader,
      submit: (batch, token) => submit({ batch, token, strict: false }),
      sequence: producer === undefined ? undefined : { name, next },
      ...limits,
      batchesMax: producer === undefined ? limits.batchesMax : 1,
    })
  }
  const readers = feedReaders(layout)
  const { calculations } = readers
  const tickInput = layout.accumulators[0]?.input
  if (tickInput === undefined) throw new Error('bug: a layout has accumulators')
  const symbols = new KnownSymbols()
  const memory = new ColumnMemory()
  const records = new Map<string, RecordQueue<RecordReader>>()
  for (const [name, createReader] of readers.records) records.set(name, await queueOf(name, createReader))
  return {
    ticks: await queueOf('ticks', () => new TickReader(tickInput, { symbols, memory })),
    events: await queueOf('events', readers.events),
    calculations: calculations === undefined ? undefined : await queueOf('calculations', calculations),
    records,
  }
}

function definedOf(options: WeirOptions): Partial<typeof DEFAULTS> {
  const names = Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]
  return Object.fromEntries(names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])))
}

function unknownAccumulator(name: string, known: readonly string[]): string {
  const there = known.length === 0 ? 'none takes any' : `there are ${known.join(', ')}`
  return `no accumulator ${name} takes records; of those that do ${there}`
}
