/** The micro-benchmarks, in a process of their own. Its one argument says what to measure, in JSON; its one message is the result. */
import { benchLayout } from '../bench-layout.ts'
import { openHotStore } from '../servers/bench-hot-store.ts'
import { RedisAdmin } from '../servers/redis-admin.ts'
import { benchTicks } from '../ticks/bench-ticks.ts'
import { microPod } from './micro-pod.ts'
import { microPostgres } from './micro-postgres.ts'
import { microRedis, type RowMemory } from './micro-redis.ts'
import type { MicroResult, MicroTime } from './micro-result.ts'

export interface MicroRequest {
  readonly redisUrl: string
  readonly databaseUrl: string
  readonly accumulators: readonly string[]
  /** Ticks of a batch, for what is done to ticks. */
  readonly ticks: number
  /** Rows in the stores. */
  readonly rows: number
  readonly time: MicroTime
}

export interface MicroReport {
  readonly results: readonly MicroResult[]
  readonly memory: readonly RowMemory[]
}

const SYMBOLS = 4000

async function measure(request: MicroRequest): Promise<MicroReport> {
  const layout = benchLayout(request.accumulators)
  const market = benchTicks({ market: 'zipf', symbols: SYMBOLS, ticks: request.ticks })
  const ticks = Array.from({ length: market.count }, (_, index) => market.tick(index))
  const pod = await microPod(layout, ticks, request.time)
  const store = await openHotStore(request.redisUrl, layout)
  const admin = new RedisAdmin(request.redisUrl)
  const redis = await microRedis(store, admin, layout, request.rows, request.time)
  const postgres = await microPostgres(request.databaseUrl, layout, request.rows)
  store.close()
  admin.close()
  return { results: [...pod, ...redis.results, ...postgres], memory: redis.memory }
}

process.send?.(await measure(JSON.parse(process.argv[2] ?? '') as MicroRequest), () => process.disconnect())
