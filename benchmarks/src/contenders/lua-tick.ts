/** One script call a tick, in ioredis pipelines: the whole session in a hash of the symbol, still without exactly-once. */
import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { BenchTick } from '../ticks/bench-ticks.ts'
import type { Contender, ContenderDeps } from './contender.ts'
import { inFlight } from './in-flight.ts'
import { plainRedis, sumOfField } from './plain-redis.ts'
import { objectBatches } from './weir-embedded.ts'

const SCRIPT = `
local row = redis.call('HMGET', KEYS[1], 'high', 'low', 'open')
local price = tonumber(ARGV[1])
redis.call('HINCRBY', KEYS[1], 'ticks', 1)
redis.call('HINCRBY', KEYS[1], 'volume', ARGV[2])
redis.call('HINCRBY', KEYS[1], 'notional', price * tonumber(ARGV[2]))
if not row[3] then
  redis.call('HSET', KEYS[1], 'open', price, 'high', price, 'low', price, 'close', price, 'last_tick_at', ARGV[3])
elseif price > tonumber(row[1]) then
  redis.call('HINCRBY', KEYS[1], 'high_count', 1)
  redis.call('HSET', KEYS[1], 'high', price, 'close', price, 'last_tick_at', ARGV[3])
elseif price < tonumber(row[2]) then
  redis.call('HINCRBY', KEYS[1], 'low_count', 1)
  redis.call('HSET', KEYS[1], 'low', price, 'close', price, 'last_tick_at', ARGV[3])
else
  redis.call('HSET', KEYS[1], 'close', price, 'last_tick_at', ARGV[3])
end
redis.call('SADD', KEYS[2], ARGV[4])
return 1`
const SHA1 = createHash('sha1').update(SCRIPT).digest('hex')
const PRICE_SCALE = 100

export function luaTick({ redisUrl, settings }: ContenderDeps): Contender {
  let redis: Redis | undefined
  let batches: BenchTick[][] = []

  async function send(batch: number): Promise<number> {
    const pipeline = redis?.pipeline()
    const ticks = batches[batch] ?? []
    for (const { symbol, price, volume, timestamp } of ticks) {
      const key = `session:${symbol}`
      pipeline?.evalsha(SHA1, 2, key, 'dirty', Math.round(price * PRICE_SCALE), volume, timestamp, symbol)
    }
    const replies = (await pipeline?.exec()) ?? []
    return replies.filter(([error]) => error === null).length
  }

  const sum = async (field: string) => {
    if (redis === undefined) return 0
    const symbols = [...new Set(batches.flat().map(({ symbol }) => symbol))]
    return sumOfField(
      redis,
      symbols.map((symbol) => `session:${symbol}`),
      field,
    )
  }

  return {
    async prepare(ticks) {
      batches = objectBatches(ticks, settings.batchTicks)
      redis = await plainRedis(redisUrl)
    },
    async reset() {
      await redis?.script('LOAD', SCRIPT)
    },
    run: (untilMs) => inFlight({ batches: batches.length, atOnce: settings.inFlight, untilMs }, send),
    counted: async () => ({ ticks: await sum('ticks'), volume: await sum('volume') }),
    pids: () => [],
    close: async () => redis?.disconnect(),
  }
}
