// The hot store on Redis.

export { type CheckRedisOptions, checkRedis, type RedisReport } from './check-redis.ts'
export { classifyError } from './classify-error.ts'
export { type ConnectionLog, type ConnectRedisOptions, connectRedis, redisReady } from './connect.ts'
export { placesByForm } from './delta-form.ts'
export { type DiskState, type DiskWatch, type DurabilityMode, judgeDurability } from './durability.ts'
export { encodeApply } from './encode-apply.ts'
export { periodField, type RedisKeys, redisKeys, type ShardKeys } from './keys.ts'
export { parseRefusal, refusalText } from './quarantine.ts'
export { RedisHotStore, type RedisHotStoreOptions } from './redis-hot-store.ts'
export { checkRedisVersion, type VersionCheck } from './server-info.ts'
