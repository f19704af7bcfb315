// What tests share: real servers to test against, and twins of the stores in memory.

export { type ColdStoreSubject, describeColdStore } from './cold-store-conformance.ts'
export { anyRow, conformanceAccumulators } from './cold-store-conformance-rows.ts'
export { freePort } from '@weir/servers'
export { MemoryColdStore } from './memory-cold-store.ts'
export { joinOrigins } from './memory-cold-store-seed.ts'
export { createTestDatabase, freshKeyPrefix, type TestDatabase, testRedisUrl, testServerWorkDir } from './servers.ts'
export { type ServerInChild, startServerInChild } from './servers-in-child.ts'
