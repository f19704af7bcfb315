/** The micro-benchmarks, in a process of their own. Its one argument says what to measure, in JSON; its one message is the result. */
import { benchTicks } from '../ticks/bench-ticks.ts'
import { microPod } from './micro-pod.ts'
import { microPostgres } from './micro-postgres.ts'
import { microRedis, type RowMemory } from './micro-redis.ts'
import type { MicroResult, MicroTime } from './micro-result.ts'

export interface MicroRequest {
  readonly redisUrl: string
  readonly databaseUrl: string
  readonly accumulatorSets: readonly (readonly string[])[]
  /** Ticks of a batch, for what is done to ticks. */
  readonly ticks: number
  /** Rows in the stores. */
  readonly rows: number
  readonly time: MicroTime
}

export interface MicroReport {
  readonly results: readonly MicroResult[]
  readonly memory: RowMemory
}

const SYMBOLS = 4000

async function measure({
  redisUrl,
  databaseUrl,
  accumulatorSets,
  ticks,
  rows,
  time,
}: MicroRequest): Promise<MicroReport> {
  const market = benchTicks({ market: 'zipf', symbols: SYMBOLS, ticks })
  const batch = Array.from({ length: market.count }, (_, index) => market.tick(index))
  const pod = await microPod(accumulatorSets, batch, time)
  const { results, memory } = await microRedis(redisUrl, accumulatorSets, rows, time)
  return { results: [...pod, ...results, ...(await microPostgres(databaseUrl, rows))], memory }
}

process.send?.(await measure(JSON.parse(process.argv[2] ?? '') as MicroRequest), () => process.disconnect())
