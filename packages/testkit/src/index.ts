// What tests share: real servers to test against, and twins of the stores in memory.

// What a simulated Redis takes from the real one's package: its rules of durability, and its keys.
export { type DiskWatch, judgeDurability, redisKeys, type ShardKeys } from '@weir/redis'
export { freePort } from '@weir/servers'
export { type ColdStoreSubject, describeColdStore } from './cold-store-conformance.ts'
export { anyRow, conformanceAccumulators } from './cold-store-conformance-rows.ts'
export { type FaultMode, FaultProxy } from './fault-proxy.ts'
export { type RunServers, startRunServers } from './global-setup-servers.ts'
export { describeHotStore, type HotStoreSubject } from './hot-store-conformance.ts'
export { conformanceLayout } from './hot-store-conformance-accumulators.ts'
export { dumpMemory, dumpRedis, type HotStoreDump } from './hot-store-dump.ts'
export { HotStorePair, type HotStorePairOptions } from './hot-store-pair.ts'
export { MemoryColdStore } from './memory-cold-store.ts'
export { MemoryHotStore, type MemoryHotStoreOptions } from './memory-hot-store.ts'
export { MemoryRedis } from './memory-redis.ts'
export { type SeededRandom, seededRandom } from './seeded-random.ts'
export {
  createDatabase,
  createTestDatabase,
  freshKeyPrefix,
  type TestDatabase,
  testPostgresUrl,
  testRedisUrl,
  testServerWorkDir,
} from './servers.ts'
export { type ServerInChild, startServerInChild } from './servers-in-child.ts'
