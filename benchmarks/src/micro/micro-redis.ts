/** What a row costs in Redis: its one thread's processor time in each of the three scripts that touch rows, and memory. */
import type { Delta, Layout, Snapshot } from '@weir/accumulator'
import type { BenchHotStore } from '../servers/bench-hot-store.ts'
import type { RedisAdmin } from '../servers/redis-admin.ts'
import { benchTicks } from '../ticks/bench-ticks.ts'
import { foldAll, readColumns } from '../ticks/fold-ticks.ts'
import { applyCall } from './micro-pod.ts'
import type { MicroResult, MicroTime } from './micro-result.ts'

const SHARD = 0
const US = 1_000_000
const MS = 1000
const SNAPSHOT_ROWS = 1000
/** Rows of one call: at the largest, the limit of a call that the pod puts together. */
const CALL_ROWS = [1, 10, 100, 1000, 5000] as const

export interface RowMemory {
  readonly accumulator: string
  readonly rows: number
  readonly dirtyBytesEach: number
  readonly cleanBytesEach: number
}

interface Cost {
  readonly usEach: number
  readonly redisCpuUsEach: number
}

export async function microRedis(
  store: BenchHotStore,
  redis: RedisAdmin,
  layout: Layout,
  rows: number,
  time: MicroTime,
): Promise<{ readonly results: MicroResult[]; readonly memory: RowMemory[] }> {
  const results: MicroResult[] = []
  const memory: RowMemory[] = []
  for (const accumulator of layout.accumulators) {
    const { name } = accumulator
    const market = benchTicks({ market: 'flat', symbols: rows, ticks: rows })
    const ticks = Array.from({ length: rows }, (_, index) => market.tick(index))
    const deltas = foldAll(accumulator, readColumns(accumulator, ticks))
    await redis.empty('always')
    const calls = callsFor(store, name)
    await calls(deltas.slice(0, 1))
    const emptyBytes = await redis.memoryBytes()
    const created = await costOf(redis, deltas.length, async () => {
      for (const part of parts(deltas, 1000)) await calls(part)
    })
    results.push({ operation: 'apply', detail: `${name}, new rows, 1,000 a call`, unit: 'row', ...created })
    const dirtyBytes = await redis.memoryBytes()
    for (const callRows of CALL_ROWS) {
      const part = deltas.slice(0, callRows)
      const cost = await repeated(redis, time, part.length, () => calls(part))
      const detail = `${name}, rows that exist, ${callRows.toLocaleString('en')} a call`
      results.push({ operation: 'apply', detail, unit: 'row', ...cost })
    }
    const drained = await drain(store, redis, name, deltas.length)
    results.push({ operation: 'snapshot', detail: `${name}, 1,000 rows`, unit: 'row', ...drained.snapshot })
    results.push({ operation: 'acknowledge', detail: `${name}, 1,000 rows`, unit: 'row', ...drained.acknowledge })
    const cleanBytes = await redis.memoryBytes()
    memory.push({
      accumulator: name,
      rows: deltas.length,
      dirtyBytesEach: (dirtyBytes - emptyBytes) / deltas.length,
      cleanBytesEach: (cleanBytes - emptyBytes) / deltas.length,
    })
  }
  return { results, memory }
}

function callsFor({ hot }: BenchHotStore, accumulator: string): (deltas: readonly Delta[]) => Promise<void> {
  let sequence = 0
  return async (deltas) => {
    const outcome = await hot.apply(SHARD, applyCall(accumulator, deltas, ++sequence))
    if (outcome.kind !== 'applied') throw new Error(`a call was ${outcome.kind}`)
  }
}

/** Everything dirty, snapshots first, then their acknowledgements, so that each script is measured by itself. */
async function drain(
  { hot }: BenchHotStore,
  redis: RedisAdmin,
  accumulator: string,
  rows: number,
): Promise<{ readonly snapshot: Cost; readonly acknowledge: Cost }> {
  const snapshots: Snapshot[] = []
  const snapshot = await costOf(redis, rows, async () => {
    for (let skip = 0; skip < rows; skip += SNAPSHOT_ROWS) {
      snapshots.push(await hot.snapshot(SHARD, accumulator, { rowsMax: SNAPSHOT_ROWS, skip }))
    }
  })
  const acknowledge = await costOf(redis, rows, async () => {
    for (const taken of snapshots) await hot.acknowledge(SHARD, accumulator, taken)
  })
  return { snapshot, acknowledge }
}

async function repeated(redis: RedisAdmin, time: MicroTime, rows: number, call: () => Promise<void>): Promise<Cost> {
  const untilMs = performance.now() + time.warmUpMs
  while (performance.now() < untilMs) await call()
  const measuredUntilMs = performance.now() + time.measureMs
  const redisBefore = await redis.cpuSeconds()
  const startedMs = performance.now()
  let count = 0
  do {
    await call()
    count++
  } while (performance.now() < measuredUntilMs)
  const ms = performance.now() - startedMs
  const redisSeconds = (await redis.cpuSeconds()) - redisBefore
  return { usEach: (ms * MS) / (count * rows), redisCpuUsEach: (redisSeconds * US) / (count * rows) }
}

async function costOf(redis: RedisAdmin, rows: number, work: () => Promise<void>): Promise<Cost> {
  const redisBefore = await redis.cpuSeconds()
  const startedMs = performance.now()
  await work()
  const ms = performance.now() - startedMs
  const redisSeconds = (await redis.cpuSeconds()) - redisBefore
  return { usEach: (ms * MS) / rows, redisCpuUsEach: (redisSeconds * US) / rows }
}

function* parts<Value>(values: readonly Value[], size: number): Generator<readonly Value[], void, undefined> {
  for (let at = 0; at < values.length; at += size) yield values.slice(at, at + size)
}
