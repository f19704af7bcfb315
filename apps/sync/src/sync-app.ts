/** The sync process as one service: its connections, the worker on them, the server of health and queues; released in reverse. */
import { checkLayout, connectPostgres, type Postgres, PostgresColdStore } from '@weir/postgres'
import { checkRedis, connectRedis, RedisHotStore, type RedisReport, redisReady } from '@weir/redis'
import { createHttpServer, type HttpServer, type Logger, type Service, systemClock, systemRandom } from '@weir/service'
import { type StoreCheck, SyncWorker } from '@weir/sync'
import { addBullBoard } from './bull-board.ts'
import type { SyncConfig } from './config.ts'
import { describeRedis } from './describe-redis.ts'

export interface SyncApp extends Service {
  /** Where health and queues are shown; undefined before start. */
  readonly url: string | undefined
}

const MS = 1000
const CONNECT_TIMEOUT_MS = 5000
const BODY_BYTES_MAX = 16_384
/** Of the time that a stop may take: what the worker gets of it, so that it can still say what it left. */
const WORKER_SHARE = 0.8

export function createSyncApp(config: SyncConfig, log: Logger): SyncApp {
  const { settings } = config
  /** What is to be released, the last first. */
  const held = new AsyncDisposableStack()
  let url: string | undefined
  let stopping: Promise<void> | undefined

  async function start(): Promise<void> {
    for (const { given, meant } of config.misspelled)
      log.warn({ given, meant }, 'this variable is no setting; a similar one is')
    try {
      const redis = connectRedis({
        url: settings.REDIS_URL,
        purpose: 'weir-sync',
        commandTimeoutMs: settings.REDIS_COMMAND_TIMEOUT_MS,
        log,
      })
      held.defer(async () => redis.disconnect())
      const postgres = openPostgres(config, log)
      if (postgres !== undefined) held.defer(() => postgres.destroy())
      const worker = createWorker(config, log, redis, postgres)
      const http = createServer(config, log, worker, () => stopping !== undefined)
      held.defer(() => http.close())
      held.defer(() => worker.stop())
      await worker.start()
      if (worker.queue !== undefined) addBullBoard(http.app, worker.queue)
      url = await http.listen()
      log.info({ url }, 'the sync worker runs')
    } catch (error) {
      await held.disposeAsync()
      throw error
    }
  }

  return {
    name: 'sync',
    start,
    stop: () => (stopping ??= held.disposeAsync()),
    get url() {
      return url
    },
  }
}

function createWorker(
  config: SyncConfig,
  log: Logger,
  redis: ReturnType<typeof connectRedis>,
  postgres: Postgres | undefined,
): SyncWorker {
  const { settings, layout, intervalsMs, limits } = config
  const keyPrefix = settings.REDIS_KEY_PREFIX
  let report: RedisReport | undefined
  const checks: StoreCheck[] = [
    {
      name: 'Redis',
      check: async () => {
        await redisReady(redis, AbortSignal.timeout(CONNECT_TIMEOUT_MS))
        report = await checkRedis(redis, { layout, keyPrefix })
        warnOfStrangers(report, log)
      },
    },
  ]
  if (postgres !== undefined) checks.push({ name: 'PostgreSQL', check: () => checkLayout(postgres, layout) })
  return new SyncWorker({
    hot: new RedisHotStore({
      redis,
      layout,
      keyPrefix,
      durabilityAgeMs: settings.DURABILITY_AGE_MS,
      ...(settings.REDIS_DURABILITY === undefined ? {} : { durability: settings.REDIS_DURABILITY }),
    }),
    cold: postgres === undefined ? undefined : new PostgresColdStore(postgres, layout),
    layout,
    limits,
    queue: { redisUrl: settings.QUEUE_REDIS_URL, prefix: keyPrefix },
    intervalsMs,
    retriesMax: settings.SYNC_MAX_ATTEMPTS,
    checks,
    dirtyRowsMax: settings.MAX_MEMORY_BUFFER_SIZE,
    syncsOnShutdown: settings.SYNC_ON_SHUTDOWN,
    shutdownTimeoutMs: Math.floor(settings.SHUTDOWN_TIMEOUT_SECONDS * MS * WORKER_SHARE),
    describeHot: () => describeRedis(redis, report),
    clock: systemClock,
    random: systemRandom,
    log,
  })
}

/** Whoever turned an accumulator off may have left rows of it that are not in PostgreSQL. */
function warnOfStrangers({ unknownAccumulators }: RedisReport, log: Logger): void {
  if (unknownAccumulators.length === 0) return
  log.warn({ unknownAccumulators }, 'Redis has rows of accumulators that this worker does not know, and does not sync')
}

function openPostgres({ settings, postgresUrl }: SyncConfig, log: Logger): Postgres | undefined {
  if (postgresUrl === undefined) return undefined
  return connectPostgres({
    url: postgresUrl,
    poolMax: settings.POSTGRES_POOL_SIZE,
    statementTimeoutMs: settings.POSTGRES_STATEMENT_TIMEOUT_MS,
    lockTimeoutMs: settings.POSTGRES_LOCK_TIMEOUT_MS,
    idleInTransactionTimeoutMs: settings.POSTGRES_STATEMENT_TIMEOUT_MS,
    connectionTimeoutMs: CONNECT_TIMEOUT_MS,
    applicationName: 'weir-sync',
    log,
  })
}

function createServer(
  { settings }: SyncConfig,
  log: Logger,
  worker: SyncWorker,
  isStopping: () => boolean,
): HttpServer {
  const http = createHttpServer({
    log,
    host: settings.DASHBOARD_HOST,
    port: settings.DASHBOARD_PORT,
    settingPrefix: 'DASHBOARD',
    tokens: settings.WEIR_TOKENS,
    bodyLimitBytes: BODY_BYTES_MAX,
    health: () => worker.health(),
    notReady: () => (isStopping() ? ['stopping'] : worker.notReady()),
  })
  http.app.get('/', async (_request, reply) => reply.redirect(worker.queue === undefined ? '/health' : '/queues'))
  return http
}
