/** For tests: stores of their own on the run's servers, a sync app's settings for them, and what both stores hold. */
import type { Layout } from '@weir/accumulator'
import { connectPostgres, migrate, type Postgres, PostgresColdStore } from '@weir/postgres'
import { connectRedis, RedisHotStore, redisReady } from '@weir/redis'
import { createLogger, type Environment, systemRandom } from '@weir/service'
import { createTestDatabase, testRedisUrl } from '@weir/testkit'
import { Redis } from 'ioredis'
import { sql } from 'kysely'
import { vi } from 'vitest'
import { readSyncConfig, type SyncConfig } from '../config.ts'
import { createSyncApp, type SyncApp } from '../sync-app.ts'
import { feedTicks, type TestTick } from './feed-ticks.ts'

export interface SyncBench extends AsyncDisposable {
  readonly layout: Layout
  readonly hot: RedisHotStore
  readonly cold: PostgresColdStore
  readonly db: Postgres
  readonly keyPrefix: string
  readonly redisUrl: string
  readonly databaseUrl: string
  /** A client of its own, to break things with. */
  readonly redis: Redis
  /** For a process on these stores. */
  readonly environment: Readonly<Record<string, string>>
  config(env?: Environment): Promise<SyncConfig>
  /** An app that is stopped at the end. */
  app(config?: SyncConfig): SyncApp
  feed(ticks: readonly TestTick[]): Promise<void>
  /** Rows that are dirty in Redis. */
  dirtyRows(): Promise<number>
  /** Ticks a symbol, over all origins, as PostgreSQL has them. */
  ticksInPostgres(): Promise<Record<string, number>>
}

const SHARDS = 4
const CONNECT_TIMEOUT_MS = 5000
/** How long a condition may take to come true. */
const PATIENCE_MS = 30_000

export async function openSyncBench(options: { isMigrated?: boolean; redisUrl?: string } = {}): Promise<SyncBench> {
  const held = new AsyncDisposableStack()
  const database = await createTestDatabase()
  held.defer(() => database.drop())
  const redisUrl = options.redisUrl ?? testRedisUrl()
  const keyPrefix = `test-${systemRandom.hex(6)}`
  const environment = {
    REDIS_URL: redisUrl,
    DATABASE_URL: database.url,
    REDIS_KEY_PREFIX: keyPrefix,
    SHARDS: String(SHARDS),
    // One accumulator: what these tests count is its rows.
    MARKET_WINDOW_SECONDS: '0',
    SESSION_ACCUMULATION_INTERVAL: '1',
    DASHBOARD_PORT: '0',
    LOG_LEVEL: 'silent',
  }
  const config = (env: Environment = {}) => readSyncConfig({ ...environment, ...env })
  const standard = await config()
  const { layout } = standard
  const db = connectPostgres({
    url: database.url,
    poolMax: 2,
    statementTimeoutMs: 10_000,
    lockTimeoutMs: 5000,
    idleInTransactionTimeoutMs: 60_000,
    connectionTimeoutMs: 5000,
  })
  held.defer(() => db.destroy())
  if (options.isMigrated !== false) await migrate(db, layout)
  const connection = connectRedis({ url: redisUrl, purpose: 'test', commandTimeoutMs: 10_000 })
  held.defer(async () => connection.disconnect())
  await redisReady(connection, AbortSignal.timeout(CONNECT_TIMEOUT_MS))
  const redis = new Redis(redisUrl)
  redis.on('error', () => undefined)
  held.defer(async () => redis.disconnect())
  const hot = new RedisHotStore({ redis: connection, layout, keyPrefix, durabilityAgeMs: 0 })
  const cold = new PostgresColdStore(db, layout)
  return {
    layout,
    hot,
    cold,
    db,
    keyPrefix,
    redisUrl,
    databaseUrl: database.url,
    redis,
    environment,
    config,
    app(given = standard) {
      const app = createSyncApp(given, createLogger({ name: 'test', level: given.settings.LOG_LEVEL }))
      held.defer(() => app.stop())
      return app
    },
    feed: (ticks) => feedTicks(hot, layout, ticks),
    async dirtyRows() {
      const depths = await Promise.all(Array.from({ length: SHARDS }, (_, shard) => hot.readDepth(shard)))
      return depths.reduce((sum, { dirty }) => sum + (dirty.sessions ?? 0), 0)
    },
    async ticksInPostgres() {
      const { rows } = await sql<{ symbol: string; ticks: number }>`
        select symbol, sum(updates)::integer as ticks from session_parts group by symbol`.execute(db)
      return Object.fromEntries(rows.map(({ symbol, ticks }) => [symbol, ticks]))
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

/** Asks until the check does not throw, with a deadline. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: PATIENCE_MS, interval: 50 })
}
