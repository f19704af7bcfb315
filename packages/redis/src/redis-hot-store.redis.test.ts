// Goal: the Lua does what its twin in memory does. Method: random calls on both, see hot-store-conformance.ts.
import { conformanceLayout, describeHotStore, freshKeyPrefix, HotStorePair, testRedisUrl } from '@weir/testkit'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll } from 'vitest'
import { connectRedis, redisReady } from './connect.ts'
import { RedisHotStore } from './redis-hot-store.ts'

let redis: Redis

beforeAll(async () => {
  redis = connectRedis({ url: testRedisUrl(), purpose: 'test', commandTimeoutMs: 10_000 })
  await redisReady(redis, AbortSignal.timeout(10_000))
})

afterAll(() => redis.quit())

describeHotStore({
  name: 'RedisHotStore',
  runs: 40,
  stepsARun: 40,
  seed: 1,
  open: () => {
    const layout = conformanceLayout()
    const keyPrefix = freshKeyPrefix()
    const real = new RedisHotStore({ redis, layout, keyPrefix, durabilityAgeMs: 3000 })
    return HotStorePair.open({ redis, real, layout, keyPrefix })
  },
})
