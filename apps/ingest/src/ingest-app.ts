/** The ingest process as one service: its connections, the server on them, and their release in reverse order. */
import { createIngestServer, type HotStoreFacts, type IngestServer } from '@weir/ingest'
import { connectPostgres, type Postgres, PostgresColdStore } from '@weir/postgres'
import { checkRedis, connectRedis, RedisHotStore, type RedisReport, redisReady } from '@weir/redis'
import { type Logger, type Service, systemClock, systemRandom } from '@weir/service'
import type { IngestConfig } from './config.ts'
import { openLiveReads } from './live-reads.ts'

export interface IngestApp extends Service {
  /** Where it listens; undefined before start. */
  readonly url: string | undefined
}

type Redis = ReturnType<typeof connectRedis>

/** A Redis that loads a large file takes its time; one that is not there after this is no Redis that starts. */
const REDIS_START_MS = 30_000
const POSTGRES_CONNECT_MS = 5000

export function createIngestApp(config: IngestConfig, log: Logger): IngestApp {
  const { settings, layout, limits } = config
  const keyPrefix = settings.REDIS_KEY_PREFIX
  /** What is to be released, the last first. */
  const held = new AsyncDisposableStack()
  let server: IngestServer | undefined

  async function start(): Promise<void> {
    for (const { given, meant } of config.misspelled) {
      log.warn({ given, meant }, 'this variable is no setting; a similar one is')
    }
    try {
      const redis = connectRedis({
        url: settings.REDIS_URL,
        purpose: 'weir-ingest',
        commandTimeoutMs: settings.REDIS_COMMAND_TIMEOUT_MS,
        log,
      })
      held.defer(async () => redis.disconnect())
      await redisReady(redis, AbortSignal.timeout(REDIS_START_MS))
      const report = await checkRedis(redis, { layout, keyPrefix })
      const hot = new RedisHotStore({
        redis,
        layout,
        keyPrefix,
        durabilityAgeMs: settings.DURABILITY_AGE_MS,
        ...(settings.REDIS_DURABILITY === undefined ? {} : { durability: settings.REDIS_DURABILITY }),
      })
      const postgres = openPostgres(config, log)
      if (postgres !== undefined) held.defer(() => postgres.destroy())
      const cold = postgres === undefined ? undefined : new PostgresColdStore(postgres, layout)
      const through = settings.ENABLE_MEMORY_FIRST ? undefined : await openWriteThrough(config, hot, cold, postgres)
      if (through !== undefined) held.defer(() => through.stop())
      const reading = held.use(openLiveReads(config, log))
      const created = createIngestServer({
        hot,
        cold,
        writeThrough: through === undefined ? undefined : (touched) => through.write(touched),
        layout,
        clock: systemClock,
        random: systemRandom,
        log,
        limits,
        host: settings.INGEST_HOST,
        port: settings.INGEST_PORT,
        tokens: settings.WEIR_TOKENS,
        facts: () => readFacts(redis, report),
        live: { hot, cold: reading?.cold, isSynced: settings.ENABLE_DATABASE_SYNC },
      })
      server = created
      held.defer(() => created.stop())
      await created.start()
    } catch (error) {
      await held.disposeAsync()
      throw error
    }
  }

  return {
    name: 'ingest',
    start,
    stop: () => held.disposeAsync(),
    get url() {
      return server?.url
    },
  }
}

/** Loaded only where it is needed: the sync brings BullMQ with it. */
async function openWriteThrough(
  config: IngestConfig,
  hot: RedisHotStore,
  cold: PostgresColdStore | undefined,
  postgres: Postgres | undefined,
) {
  const { createWriteThrough } = await import('./write-through.ts')
  if (cold === undefined || postgres === undefined)
    throw new Error('bug: the settings allow no write-through without PostgreSQL')
  return createWriteThrough(config, { hot, cold, postgres })
}

function openPostgres({ settings, postgresUrl }: IngestConfig, log: Logger): Postgres | undefined {
  if (postgresUrl === undefined) return undefined
  return connectPostgres({
    url: postgresUrl,
    poolMax: settings.POSTGRES_POOL_SIZE,
    statementTimeoutMs: settings.POSTGRES_STATEMENT_TIMEOUT_MS,
    lockTimeoutMs: settings.POSTGRES_LOCK_TIMEOUT_MS,
    idleInTransactionTimeoutMs: settings.POSTGRES_STATEMENT_TIMEOUT_MS,
    connectionTimeoutMs: POSTGRES_CONNECT_MS,
    applicationName: 'weir-ingest',
    log,
  })
}

/** The policy as it is now: somebody may have changed it since the start. */
async function readFacts(redis: Redis, { aof, appendfsync }: RedisReport): Promise<HotStoreFacts> {
  const info = await redis.info('memory')
  const fact = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? ''
  return {
    persistence: aof ? `aof ${appendfsync ?? 'not told'}` : 'no aof',
    maxmemoryPolicy: fact('maxmemory_policy'),
    usedMemoryBytes: Number(fact('used_memory')),
  }
}
