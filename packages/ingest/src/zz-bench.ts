import { systemClock, systemRandom, createLogger } from '@weir/service'
import { connectRedis, RedisHotStore, redisReady } from '@weir/redis'
import { createLayout, sessionsAccumulator } from '@weir/accumulator'
import { createIngest } from './create-ingest.ts'
import { ingestLimits } from './ingest-limits.ts'
import { TickReader } from './tick-reader.ts'
const layout = createLayout({ shards: 16, accumulators: [sessionsAccumulator({ priceDigits: 4, volumeDigits: 0, zone: 'America/New_York' })] })
const redis = connectRedis({ url: 'redis://127.0.0.1:7399', purpose: 'b', commandTimeoutMs: 5000 })
await redisReady(redis, AbortSignal.timeout(3000))
const hot = new RedisHotStore({ redis, layout, keyPrefix: 'b' + process.pid, durabilityAgeMs: 0 })
const ingest = createIngest({ hot, cold: undefined, layout, clock: systemClock, random: systemRandom, log: createLogger({ name: 'b', level: 'warn' }), limits: ingestLimits() })
await ingest.start()
const input = layout.accumulators[0]!.input
const S = ['SPY', 'IBM', 'AIG', 'BAC']
function batch(n: number, from: number) { const r = new TickReader(input); for (let i = 0; i < n; i++) r.add(S[(from + i) % 4], 167.41, 100, 1381132800464 + from + i); return r.finish() }
for (const [size, count] of [[1, 4000], [100, 1000], [10000, 30]] as const) for (const kind of ['none', 'producer']) {
  const t = performance.now(); let first = 1
  for (let i = 0; i < count; i++) { const a = await ingest.submit({ batch: batch(size, first), strict: false, token: kind === 'none' ? { kind: 'none' } : { kind: 'producer', name: kind + size, first } }); if (a.kind !== 'counted') throw new Error(JSON.stringify(a)); first += size }
  const s = (performance.now() - t) / 1000
  console.log(kind, 'batch', size, (count * size / s).toFixed(0), 'ticks/s', (s / count * 1e6).toFixed(0), 'µs a request')
}
await ingest.stop(); redis.disconnect()
