/** For tests: ingest and sync on stores of their own, in this process, for commands that run as processes beside it. */
import { randomUUID } from 'node:crypto'
import { createIngestApp, readIngestConfig } from '@weir/app-ingest'
import { createSyncApp, readSyncConfig } from '@weir/app-sync'
import { connectPostgres, migrate, type Postgres } from '@weir/postgres'
import { connectRedis, redisKeys, redisReady } from '@weir/redis'
import { createLogger } from '@weir/service'
import { createTestDatabase, testRedisUrl } from '@weir/testkit'

export interface OpenWeir extends AsyncDisposable {
  /** For a command on these stores. */
  readonly env: Record<string, string>
  readonly db: Postgres
  /** Sends ticks as CSV without its header line; gives the status of the answer, and its body. */
  feed(lines: readonly string[]): Promise<{ status: number; body: Record<string, unknown> }>
  /** Each shard takes its Redis for another one from now on, as after a restart. */
  breakHistory(): Promise<void>
}

const SHARDS = 4
const CONNECT_TIMEOUT_MS = 5000

export async function openWeir(settings: Readonly<Record<string, string>> = {}): Promise<OpenWeir> {
  await using opening = new AsyncDisposableStack()
  const database = await createTestDatabase()
  opening.defer(() => database.drop())
  const env = {
    REDIS_URL: testRedisUrl(),
    DATABASE_URL: database.url,
    REDIS_KEY_PREFIX: `cli-${randomUUID().slice(0, 8)}`,
    SHARDS: String(SHARDS),
    // One accumulator is enough for what these tests are about.
    MARKET_WINDOW_SECONDS: '0',
    SESSION_ACCUMULATION_INTERVAL: '3600',
    INGEST_PORT: '0',
    DASHBOARD_PORT: '0',
    ...settings,
  }
  const syncConfig = await readSyncConfig(env)
  const db = connectPostgres({
    url: database.url,
    poolMax: 2,
    statementTimeoutMs: 10_000,
    lockTimeoutMs: 5000,
    idleInTransactionTimeoutMs: 5000,
    connectionTimeoutMs: CONNECT_TIMEOUT_MS,
  })
  opening.defer(() => db.destroy())
  await migrate(db, syncConfig.layout)
  const redis = connectRedis({ url: env.REDIS_URL, purpose: 'test', commandTimeoutMs: CONNECT_TIMEOUT_MS })
  opening.defer(async () => redis.disconnect())
  await redisReady(redis, AbortSignal.timeout(CONNECT_TIMEOUT_MS))
  const log = createLogger({ name: 'test', level: 'silent' })
  const ingest = createIngestApp(await readIngestConfig(env), log)
  for (const app of [ingest, createSyncApp(syncConfig, log)]) {
    await app.start()
    opening.defer(() => app.stop())
  }
  const held = opening.move()
  return {
    env,
    db,
    async feed(lines) {
      const body = ['symbol,price,volume,timestamp', ...lines, ''].join('\n')
      const headers = { 'content-type': 'text/csv' }
      const response = await fetch(`${ingest.url}/v1/ticks`, { method: 'POST', headers, body })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    },
    async breakHistory() {
      for (let shard = 0; shard < SHARDS; shard++) {
        const { meta } = redisKeys(env.REDIS_KEY_PREFIX).shard(shard)
        if ((await redis.exists(meta)) === 1) await redis.hset(meta, 'run_id', randomUUID())
      }
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}
