/** What a row costs in Redis: its one thread's processor time in each of the three scripts that touch rows, and memory. */
import type { Layout, Snapshot } from '@weir/accumulator'
import { benchLayout, SESSIONS_ONLY } from '../bench-layout.ts'
import { whole } from '../report/format.ts'
import { type BenchHotStore, openHotStore } from '../servers/bench-hot-store.ts'
import { RedisAdmin } from '../servers/redis-admin.ts'
import { type BenchTick, benchTicks } from '../ticks/bench-ticks.ts'
import { applyCall, foldTicks } from '../ticks/fold-ticks.ts'
import type { MicroResult, MicroTime } from './micro-result.ts'
import { redisCost } from './redis-cost.ts'

export interface RowMemory {
  readonly rows: number
  readonly dirtyBytesEach: number
  readonly cleanBytesEach: number
}

const SHARD = 0
const ACCUMULATOR = 'sessions'
const SNAPSHOT_ROWS = 1000
const FILL_ROWS = 1000
/** Rows of one call; the pod puts up to 5,000 into one. */
const CALL_ROWS = [1, 10, 100, 1000, 5000] as const

/** Rows of other accumulators are made by the same calls; what is told is the cost for each symbol. */
export async function microRedis(
  redisUrl: string,
  sets: readonly (readonly string[])[],
  rows: number,
  time: MicroTime,
): Promise<{ readonly results: MicroResult[]; readonly memory: RowMemory }> {
  const admin = new RedisAdmin(redisUrl)
  const market = benchTicks({ market: 'flat', symbols: rows, ticks: rows })
  const ticks = Array.from({ length: rows }, (_, index) => market.tick(index))
  const results: MicroResult[] = []
  let memory: RowMemory = { rows, dirtyBytesEach: 0, cleanBytesEach: 0 }
  for (const accumulators of sets) {
    const layout = benchLayout(accumulators)
    const store = await openHotStore(redisUrl, layout)
    try {
      const filled = await fillRows(store, admin, layout, ticks)
      const names = accumulators.join(' and ')
      results.push({ operation: 'apply', detail: `${names}, new rows, 1,000 a call`, unit: 'row', ...filled.cost })
      results.push(...(await applyAgain(filled.apply, admin, names, ticks, time)))
      if (accumulators.length > SESSIONS_ONLY.length) continue
      const drained = await drain(store, admin, rows)
      memory = { rows, dirtyBytesEach: filled.bytesEach, cleanBytesEach: drained.cleanBytesEach(filled.emptyBytes) }
      results.push({ operation: 'snapshot', detail: `${ACCUMULATOR}, 1,000 rows`, unit: 'row', ...drained.snapshot })
      results.push({
        operation: 'acknowledge',
        detail: `${ACCUMULATOR}, 1,000 rows`,
        unit: 'row',
        ...drained.acknowledge,
      })
    } finally {
      store.close()
    }
  }
  admin.close()
  return { results, memory }
}

type Apply = (ticks: readonly BenchTick[]) => () => Promise<void>

async function fillRows({ hot }: BenchHotStore, admin: RedisAdmin, layout: Layout, ticks: readonly BenchTick[]) {
  let sequence = 0
  const apply: Apply = (given) => {
    const folded = foldTicks(layout, given)
    return async () => {
      const outcome = await hot.apply(SHARD, applyCall(folded, ++sequence))
      if (outcome.kind !== 'applied') throw new Error(`a call was ${outcome.kind}`)
    }
  }
  await admin.empty('always')
  await apply(ticks.slice(0, 1))()
  const emptyBytes = await admin.memoryBytes()
  const calls: (() => Promise<void>)[] = []
  for (let at = 0; at < ticks.length; at += FILL_ROWS) calls.push(apply(ticks.slice(at, at + FILL_ROWS)))
  const cost = await redisCost(admin, async () => {
    for (const call of calls) await call()
    return ticks.length
  })
  return { apply, cost, emptyBytes, bytesEach: ((await admin.memoryBytes()) - emptyBytes) / ticks.length }
}

async function applyAgain(
  apply: Apply,
  admin: RedisAdmin,
  names: string,
  ticks: readonly BenchTick[],
  time: MicroTime,
): Promise<MicroResult[]> {
  const results: MicroResult[] = []
  for (const callRows of CALL_ROWS) {
    const part = ticks.slice(0, callRows)
    const call = apply(part)
    const untilMs = performance.now() + time.warmUpMs
    while (performance.now() < untilMs) await call()
    const cost = await redisCost(admin, async () => {
      const measuredUntilMs = performance.now() + time.measureMs
      let calls = 0
      do {
        await call()
        calls++
      } while (performance.now() < measuredUntilMs)
      return calls * part.length
    })
    const detail = `${names}, rows that exist, ${whole(callRows)} a call`
    results.push({ operation: 'apply', detail, unit: 'row', ...cost })
  }
  return results
}

/** Everything dirty: snapshots first, then their acknowledgements, so that each script is measured by itself. */
async function drain({ hot }: BenchHotStore, admin: RedisAdmin, rows: number) {
  const snapshots: Snapshot[] = []
  const snapshot = await redisCost(admin, async () => {
    for (let skip = 0; skip < rows; skip += SNAPSHOT_ROWS) {
      snapshots.push(await hot.snapshot(SHARD, ACCUMULATOR, { rowsMax: SNAPSHOT_ROWS, skip }))
    }
    return rows
  })
  const acknowledge = await redisCost(admin, async () => {
    for (const taken of snapshots) await hot.acknowledge(SHARD, ACCUMULATOR, taken)
    return rows
  })
  const bytes = await admin.memoryBytes()
  return { snapshot, acknowledge, cleanBytesEach: (emptyBytes: number) => (bytes - emptyBytes) / rows }
}
