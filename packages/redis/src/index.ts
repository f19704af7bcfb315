// The hot store on Redis.

export { checkRedis, type CheckRedisOptions, type RedisReport } from './check-redis.ts'
export { classifyError } from './classify-error.ts'
export { type ConnectionLog, connectRedis, type ConnectRedisOptions, redisReady } from './connect.ts'
export type { DurabilityMode } from './durability.ts'
export { periodField, type RedisKeys, redisKeys, type ShardKeys } from './keys.ts'
export { RedisHotStore, type RedisHotStoreOptions } from './redis-hot-store.ts'
export { checkRedisVersion, type VersionCheck } from './server-info.ts'
