/** A connection with ioredis's own defaults, as a program without Weir has it. */
import { Redis } from 'ioredis'

export async function plainRedis(url: string, options: { readonly forBullmq?: boolean } = {}): Promise<Redis> {
  // BullMQ insists on this one.
  const redis = new Redis(url, { lazyConnect: true, ...(options.forBullmq === true && { maxRetriesPerRequest: null }) })
  await redis.connect()
  return redis
}

/** The sum of one field over all hashes of these keys. */
export async function sumOfField(redis: Redis, keys: readonly string[], field: string): Promise<number> {
  const pipeline = redis.pipeline()
  for (const key of keys) pipeline.hget(key, field)
  const replies = (await pipeline.exec()) ?? []
  return replies.reduce((sum, [, value]) => sum + Number(value ?? 0), 0)
}
