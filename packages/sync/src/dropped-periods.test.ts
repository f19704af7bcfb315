// Goal: a period leaves Redis when PostgreSQL has its rows and its count, and neither before nor much later.
import { StoreError } from '@weir/accumulator'
import { expect, it } from 'vitest'
import { syncAccumulator } from './sync-accumulator.ts'
import { checked, producer } from './testing/checked-coverage.ts'
import { landed, names, openMemoryBench, others, SHARD, sessions, wrap } from './testing/memory-bench.ts'

const BOTH = { accumulators: [sessions, others] }
const LONG_MS = 3 * 86_400_000

it('rows in quarantine hold up the drop of their own period, and of no other', async () => {
  const bench = openMemoryBench()
  const { cold } = checked(bench)
  await bench.feed(['POISON'], { daysLater: 1, ...producer(1, 1) })
  await bench.feed(names(3), { ...BOTH, ...producer(2, 4) })
  const refusing = wrap(cold, async (method, call, args) => {
    const rows = args[2] as readonly { key: string }[]
    if (method === 'upsert' && rows.some(({ key }) => key === 'POISON'))
      throw new StoreError('WEIR_ROW_REFUSED', 'numeric field overflow')
    return call()
  })
  const worker = bench.workerOf({ hot: bench.hot, cold: refusing })
  bench.clock.leap(LONG_MS)
  for (const accumulator of [sessions, others, sessions, others]) await syncAccumulator(worker, accumulator)
  const { periods } = await bench.hot.readCoverage(SHARD)
  expect(periods).toMatchObject([{ accumulator: sessions.name, accepted: 1, dirty: 1 }])
  expect((await bench.cold.readRestored(SHARD)).marks).toEqual(new Map())
  const mended = bench.workerOf({ hot: bench.hot, cold })
  await syncAccumulator(mended, sessions, { retriesAll: true })
  await syncAccumulator(mended, sessions)
  expect((await bench.hot.readCoverage(SHARD)).periods).toEqual([])
  expect((await bench.cold.readRestored(SHARD)).marks).toEqual(new Map([['feed', 4]]))
})

it('a period that is over, written and idle is dropped; a tick for it later is counted beside it', async () => {
  const bench = openMemoryBench()
  const { worker } = checked(bench)
  await bench.feed(names(3))
  await syncAccumulator(worker, sessions)
  expect((await bench.hot.readCoverage(SHARD)).periods).toHaveLength(1)
  bench.clock.leap(LONG_MS)
  await syncAccumulator(worker, sessions)
  expect((await bench.hot.readCoverage(SHARD)).periods).toEqual([])
  await bench.feed(names(1))
  await syncAccumulator(worker, sessions)
  expect(await landed(bench.cold)).toEqual({ S0: 2, S1: 1, S2: 1 })
})

it('a period whose count is not written yet is not dropped', async () => {
  const bench = openMemoryBench()
  const { worker, cold } = checked(bench)
  const forgetful = wrap(cold, async (method, call) => {
    if (method === 'writeCoverage') throw new StoreError('WEIR_STORE_UNREACHABLE', 'cut')
    return call()
  })
  await bench.feed(names(3))
  bench.clock.leap(LONG_MS)
  const failing = bench.workerOf({ hot: bench.hot, cold: forgetful })
  for (let round = 0; round < 3; round++) await syncAccumulator(failing, sessions)
  expect((await bench.hot.readCoverage(SHARD)).periods).toMatchObject([{ dirty: 0, accepted: 3 }])
  await syncAccumulator(worker, sessions)
  expect((await bench.hot.readCoverage(SHARD)).periods).toEqual([])
})

it('a period goes once its own count is written, whatever else of the shard is dirty', async () => {
  const bench = openMemoryBench()
  const { worker } = checked(bench)
  await bench.feed(names(3), BOTH)
  bench.clock.leap(LONG_MS)
  await syncAccumulator(worker, sessions)
  await syncAccumulator(worker, sessions)
  expect((await bench.hot.readCoverage(SHARD)).periods).toMatchObject([{ accumulator: others.name, dirty: 3 }])
  await syncAccumulator(worker, others)
  await syncAccumulator(worker, others)
  expect((await bench.hot.readCoverage(SHARD)).periods).toEqual([])
})

it('the record of an older history goes as soon as its count is written', async () => {
  const bench = openMemoryBench()
  const { worker } = checked(bench)
  await bench.feed(names(3))
  bench.hot.redis.runId = 'run-2'
  await bench.feed(names(3))
  expect((await bench.hot.readCoverage(SHARD)).periods).toHaveLength(2)
  await syncAccumulator(worker, sessions)
  expect((await bench.hot.readCoverage(SHARD)).periods).toMatchObject([{ aside: false, accepted: 3 }])
  expect(await landed(bench.cold)).toEqual({ S0: 2, S1: 2, S2: 2 })
  expect((await bench.cold.readTotals(sessions.name)).map(({ accepted }) => accepted)).toEqual([3, 3])
})
