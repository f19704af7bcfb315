/** The real hot store on the benchmark's Redis. */
import type { Layout } from '@weir/accumulator'
import { connectRedis, RedisHotStore, redisReady } from '@weir/redis'

export interface BenchHotStore {
  readonly hot: RedisHotStore
  readonly redis: ReturnType<typeof connectRedis>
  close(): void
}

export const KEY_PREFIX = 'weir'
const READY_MS = 10_000
const COMMAND_TIMEOUT_MS = 60_000

export async function openHotStore(redisUrl: string, layout: Layout): Promise<BenchHotStore> {
  const redis = connectRedis({ url: redisUrl, purpose: 'weir-bench', commandTimeoutMs: COMMAND_TIMEOUT_MS })
  await redisReady(redis, AbortSignal.timeout(READY_MS))
  const hot = new RedisHotStore({ redis, layout, keyPrefix: KEY_PREFIX, durabilityAgeMs: 3000 })
  return { hot, redis, close: () => redis.disconnect() }
}
