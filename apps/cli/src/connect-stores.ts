/** Connections to Redis and PostgreSQL for the length of one command; they fail fast, and are closed by `await using`. */
import type { Layout } from '@weir/accumulator'
import { connectPostgres, type Postgres, PostgresColdStore } from '@weir/postgres'
import { checkRedis, connectRedis, RedisHotStore, type RedisReport, redisReady } from '@weir/redis'
import { type Environment, parseSettings } from '@weir/service'

export interface RedisAccess extends AsyncDisposable {
  readonly redis: ReturnType<typeof connectRedis>
  readonly hot: RedisHotStore
  readonly report: RedisReport
}

export interface PostgresAccess extends AsyncDisposable {
  readonly db: Postgres
}

const CONNECT_TIMEOUT_MS = 5000
/** One for the command, one for what it reads side by side. */
const POOL_MAX = 2
const READ_SETTINGS = [
  'REDIS_URL',
  'REDIS_KEY_PREFIX',
  'REDIS_COMMAND_TIMEOUT_MS',
  'DURABILITY_AGE_MS',
  'REDIS_DURABILITY',
] as const

/** Connected and checked: version, eviction, layout. Throws StoreError. */
export async function openRedis(env: Environment, layout: Layout): Promise<RedisAccess> {
  const settings = parseSettings(READ_SETTINGS, env)
  const keyPrefix = settings.REDIS_KEY_PREFIX
  const redis = connectRedis({
    url: settings.REDIS_URL,
    purpose: 'weir-cli',
    commandTimeoutMs: settings.REDIS_COMMAND_TIMEOUT_MS,
  })
  try {
    await firstConnection(redis)
    const report = await checkRedis(redis, { layout, keyPrefix })
    const hot = new RedisHotStore({
      redis,
      layout,
      keyPrefix,
      durabilityAgeMs: settings.DURABILITY_AGE_MS,
      ...(settings.REDIS_DURABILITY === undefined ? {} : { durability: settings.REDIS_DURABILITY }),
    })
    return { redis, hot, report, [Symbol.asyncDispose]: async () => redis.disconnect() }
  } catch (error) {
    redis.disconnect()
    throw error
  }
}

export function openPostgres(env: Environment): PostgresAccess {
  const settings = parseSettings(['DATABASE_URL', 'POSTGRES_STATEMENT_TIMEOUT_MS', 'POSTGRES_LOCK_TIMEOUT_MS'], env)
  const db = connectPostgres({
    url: settings.DATABASE_URL,
    poolMax: POOL_MAX,
    statementTimeoutMs: settings.POSTGRES_STATEMENT_TIMEOUT_MS,
    lockTimeoutMs: settings.POSTGRES_LOCK_TIMEOUT_MS,
    idleInTransactionTimeoutMs: settings.POSTGRES_STATEMENT_TIMEOUT_MS,
    connectionTimeoutMs: CONNECT_TIMEOUT_MS,
    applicationName: 'weir-cli',
  })
  return { db, [Symbol.asyncDispose]: () => db.destroy() }
}

export function coldStoreOf({ db }: PostgresAccess, layout: Layout): PostgresColdStore {
  return new PostgresColdStore(db, layout)
}

/** The connection goes on trying by itself; somebody who waits at a terminal wants the first failure. */
function firstConnection(redis: RedisAccess['redis']): Promise<void> {
  const failed = new AbortController()
  redis.once('error', (error) => failed.abort(error))
  return redisReady(redis, AbortSignal.any([failed.signal, AbortSignal.timeout(CONNECT_TIMEOUT_MS)]))
}
