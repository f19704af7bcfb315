/** What Redis says of its memory and its disk, for `/health`. */
import type { connectRedis, RedisReport } from '@weir/redis'
import type { HotDescription } from '@weir/sync'

/** `report` is of the last check of Redis, undefined before the first. */
export async function describeRedis(
  redis: ReturnType<typeof connectRedis>,
  report: RedisReport | undefined,
): Promise<HotDescription> {
  const info = await redis.info()
  const fact = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? ''
  const appendfsync = report === undefined ? 'unknown' : (report.appendfsync ?? 'not told')
  return {
    persistence: fact('aof_enabled') === '1' ? `aof ${appendfsync}` : 'no aof',
    maxmemoryPolicy: fact('maxmemory_policy'),
    usedMemoryBytes: Number(fact('used_memory')),
  }
}
