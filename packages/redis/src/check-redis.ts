/** Whether a Redis is fit for Weir, asked once at start: version, eviction, layout; and what its disk promises. */
import { type Layout, StoreError } from '@weir/accumulator'
import type { Redis } from 'ioredis'
import { classifyError } from './classify-error.ts'
import { type DurabilityMode, readAppendfsync } from './durability.ts'
import { ensureLayoutRecord } from './layout-record.ts'
import { checkRedisVersion, parseInfo } from './server-info.ts'

export interface RedisReport {
  readonly server: 'Redis' | 'Valkey'
  readonly version: string
  readonly maxmemoryPolicy: string
  /** 0: no limit. */
  readonly maxmemoryBytes: number
  /** The append-only file is on. */
  readonly aof: boolean
  /** Undefined where CONFIG is forbidden. */
  readonly appendfsync: DurabilityMode | undefined
  /** Accumulators that the store has rows of and this process does not know: nobody syncs those. */
  readonly unknownAccumulators: readonly string[]
}

export interface CheckRedisOptions {
  readonly layout: Layout
  readonly keyPrefix: string
}

/** Throws a StoreError: WEIR_STORE_UNSUITABLE, WEIR_LAYOUT_CHANGED, or why Redis does not answer. */
export async function checkRedis(redis: Redis, { layout, keyPrefix }: CheckRedisOptions): Promise<RedisReport> {
  try {
    // All sections: with one section named, ioredis's types and old servers differ in what they take.
    const text = await redis.info()
    const version = checkRedisVersion(text)
    if (version.kind === 'unsuitable') throw new StoreError('WEIR_STORE_UNSUITABLE', `Redis: ${version.reason}`)
    const info = parseInfo(text)
    const maxmemoryPolicy = info.get('maxmemory_policy') ?? 'unknown'
    refuseEviction(maxmemoryPolicy)
    return {
      server: version.server,
      version: version.version,
      maxmemoryPolicy,
      maxmemoryBytes: Number(info.get('maxmemory') ?? 0),
      aof: info.get('aof_enabled') === '1',
      appendfsync: await readAppendfsync(redis),
      unknownAccumulators: await ensureLayoutRecord(redis, keyPrefix, layout),
    }
  } catch (error) {
    throw classifyError(redis, error, 'check of Redis')
  }
}

function refuseEviction(policy: string): void {
  if (policy === 'noeviction') return
  throw new StoreError(
    'WEIR_STORE_UNSUITABLE',
    `Redis: maxmemory-policy is ${policy}, which lets Redis delete rows that are not in PostgreSQL yet; ` +
      'set maxmemory-policy noeviction',
  )
}
