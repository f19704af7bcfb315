/** What `weir status` tells of Redis: the server, what is dirty, which periods live there, and since when its histories run. */
import { formatPeriod, type Layout, originTimeUs, timeText } from '@weir/accumulator'
import { classifyError, redisKeys } from '@weir/redis'
import type { RedisAccess } from '../connect-stores.ts'

export interface RedisStatus {
  readonly server: string
  readonly version: string
  /** As `aof always`, `aof everysec`, `off`. */
  readonly persistence: string
  readonly usedMemoryBytes: number
  /** 0: no limit. */
  readonly maxmemoryBytes: number
  readonly maxmemoryPolicy: string
  readonly unknownAccumulators: readonly string[]
  readonly shards: ShardsStatus
  readonly accumulators: readonly HotAccumulatorStatus[]
}

interface ShardsStatus {
  readonly count: number
  /** That have taken a tick. */
  readonly opened: number
  /** The beginnings of the oldest and of the newest Redis history among them. */
  readonly oldestHistory: string | undefined
  readonly newestHistory: string | undefined
  readonly producers: number
}

export interface HotAccumulatorStatus {
  readonly accumulator: string
  /** Rows in quarantine are among them. */
  readonly dirty: number
  readonly quarantined: number
  /** Of those that are not in quarantine. */
  readonly oldestDirtySeconds: number
  readonly periods: number
  readonly newestPeriod: string | undefined
}

const US_PER_SECOND = 1_000_000

export async function readRedisStatus(
  { redis, hot, report }: RedisAccess,
  keyPrefix: string,
  layout: Layout,
): Promise<RedisStatus> {
  const depths = await Promise.all(shardsOf(layout).map((shard) => hot.readDepth(shard)))
  const coverages = await Promise.all(shardsOf(layout).map((shard) => hot.readCoverage(shard)))
  const nowUs = Math.max(...depths.map(({ timeUs }) => timeUs))
  const origins = depths.flatMap(({ origin }) => (origin === undefined ? [] : [originTimeUs(origin)]))
  const producers = new Set(coverages.flatMap(({ marks }) => [...marks.keys()]))
  const accumulators = await Promise.all(
    layout.accumulators.map(async (accumulator): Promise<HotAccumulatorStatus> => {
      const { name } = accumulator
      const oldestUs = await oldestDirtyUs(redis, keyPrefix, layout, name, nowUs)
      const ours = coverages.flatMap(({ periods }) => periods.filter((record) => record.accumulator === name))
      const periods = new Set(ours.map(({ period }) => period))
      return {
        accumulator: name,
        dirty: depths.reduce((total, { dirty }) => total + (dirty[name] ?? 0), 0),
        quarantined: depths.reduce((total, { quarantined }) => total + (quarantined[name] ?? 0), 0),
        oldestDirtySeconds: oldestUs === undefined ? 0 : Math.max(0, nowUs - oldestUs) / US_PER_SECOND,
        periods: periods.size,
        newestPeriod: periods.size === 0 ? undefined : formatPeriod(accumulator.period, Math.max(...periods)),
      }
    }),
  )
  return {
    server: report.server,
    version: report.version,
    persistence: report.aof ? `aof ${report.appendfsync ?? '(appendfsync unknown)'}` : 'off',
    usedMemoryBytes: await usedMemoryBytes(redis),
    maxmemoryBytes: report.maxmemoryBytes,
    maxmemoryPolicy: report.maxmemoryPolicy,
    unknownAccumulators: report.unknownAccumulators,
    shards: {
      count: layout.shards,
      opened: origins.length,
      oldestHistory: origins.length === 0 ? undefined : timeText(Math.min(...origins)),
      newestHistory: origins.length === 0 ? undefined : timeText(Math.max(...origins)),
      producers: producers.size,
    },
    accumulators,
  }
}

async function oldestDirtyUs(
  redis: RedisAccess['redis'],
  keyPrefix: string,
  { shards }: Layout,
  name: string,
  nowUs: number,
): Promise<number | undefined> {
  const keys = redisKeys(keyPrefix)
  try {
    const oldest = await Promise.all(
      Array.from({ length: shards }, (_, shard) => redis.zrange(keys.shard(shard).dirty(name), 0, '0', 'WITHSCORES')),
    )
    const scores = oldest.flatMap(([, score]) => (score === undefined ? [] : [Number(score)]))
    // A row in quarantine is scored far ahead.
    const drainable = scores.filter((score) => score <= nowUs)
    return drainable.length === 0 ? undefined : Math.min(...drainable)
  } catch (error) {
    throw classifyError(redis, error, 'dirty rows')
  }
}

async function usedMemoryBytes(redis: RedisAccess['redis']): Promise<number> {
  try {
    return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1] ?? 0)
  } catch (error) {
    throw classifyError(redis, error, 'memory')
  }
}

function shardsOf({ shards }: Layout): number[] {
  return Array.from({ length: shards }, (_, shard) => shard)
}
