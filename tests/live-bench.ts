/** For tests of live reads: an ingest app over HTTP on stores of its own, what syncs them, and what PostgreSQL's views show. */
import { createIngestApp, readIngestConfig } from '@weir/app-ingest'
import { connectPostgres, migrate, PostgresColdStore } from '@weir/postgres'
import { connectRedis, RedisHotStore, redisKeys, redisReady } from '@weir/redis'
import { createLogger, systemClock } from '@weir/service'
import { syncLimits, syncOnce } from '@weir/sync'
import { createTestDatabase, freshKeyPrefix, testRedisUrl } from '@weir/testkit'
import { Client } from 'pg'

export interface LiveTick {
  readonly symbol: string
  readonly price: number
  readonly volume: number
  /** Unix ms. */
  readonly timestamp: number
}

/** JSON of an answer, or of a row of a view. */
export type Json = Readonly<Record<string, unknown>>

export interface LiveBench extends AsyncDisposable {
  readonly url: string
  /** Sends ticks, or what another path takes. */
  post(events: readonly object[], path?: string): Promise<void>
  get(path: string, headers?: Record<string, string>): Promise<{ readonly status: number; readonly body: Json }>
  /** Everything that is dirty goes to PostgreSQL. */
  sync(): Promise<void>
  /** Redis is another history from now on, as after a restart: its rows stay. */
  changeHistory(): Promise<void>
  /** Redis loses all of it. */
  wipe(): Promise<void>
  /** Rows of a query; numbers that are exact come as text. */
  query(text: string): Promise<Json[]>
  /** Another pod on the same stores. */
  anotherPod(env: Record<string, string>): Promise<string>
}

const SHARDS = 4
const TIMEOUT_MS = 5000

export async function openLiveBench(settings: Record<string, string> = {}): Promise<LiveBench> {
  const held = new AsyncDisposableStack()
  const database = await createTestDatabase()
  held.defer(() => database.drop())
  const keyPrefix = freshKeyPrefix()
  const env = {
    REDIS_URL: testRedisUrl(),
    REDIS_KEY_PREFIX: keyPrefix,
    DATABASE_URL: database.url,
    SHARDS: String(SHARDS),
    INGEST_PORT: '0',
    ...settings,
  }
  const { layout } = await readIngestConfig(env)
  const times = { statementTimeoutMs: TIMEOUT_MS, lockTimeoutMs: 1000, idleInTransactionTimeoutMs: TIMEOUT_MS }
  const db = connectPostgres({ url: database.url, poolMax: 2, connectionTimeoutMs: TIMEOUT_MS, ...times })
  held.defer(() => db.destroy())
  await migrate(db, layout)
  const redis = connectRedis({ url: env.REDIS_URL, purpose: 'weir-test', commandTimeoutMs: TIMEOUT_MS })
  held.defer(async () => redis.disconnect())
  await redisReady(redis, AbortSignal.timeout(TIMEOUT_MS))
  const hot = new RedisHotStore({ redis, layout, keyPrefix, durabilityAgeMs: 0 })
  const cold = new PostgresColdStore(db, layout)
  const client = new Client({ connectionString: database.url })
  await client.connect()
  held.defer(() => client.end())

  async function anotherPod(other: Record<string, string>): Promise<string> {
    const config = await readIngestConfig({ ...env, ...other })
    const app = createIngestApp(config, createLogger({ name: 'test', level: 'silent' }))
    held.defer(() => app.stop())
    await app.start()
    return app.url ?? ''
  }

  const url = await anotherPod({})
  return {
    url,
    anotherPod,
    async post(events, path = '/v1/ticks') {
      const headers = { 'content-type': 'application/json' }
      const reply = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(events), headers })
      const { accepted } = (await reply.json()) as { accepted?: number }
      if (accepted !== events.length) throw new Error(`${accepted} of ${events.length} events were accepted`)
    },
    async get(path, headers = {}) {
      const reply = await fetch(path.startsWith('http') ? path : `${url}${path}`, { headers })
      return { status: reply.status, body: (await reply.json()) as Json }
    },
    async sync() {
      const deps = { hot, cold, clock: systemClock, limits: syncLimits() }
      for (const { name } of layout.accumulators) {
        for (let shard = 0; shard < SHARDS; shard++) await syncOnce(deps, name, shard)
      }
    },
    async changeHistory() {
      for (let shard = 0; shard < SHARDS; shard++) {
        await redis.hset(redisKeys(keyPrefix).shard(shard).meta, 'run_id', `of-another-process`)
      }
    },
    async wipe() {
      const keys = await redis.keys(`{${keyPrefix}:*`)
      if (keys.length > 0) await Promise.all(keys.map((key) => redis.del(key)))
    },
    async query(text) {
      return (await client.query<Json>(text)).rows
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}
