// Goal: a sync of an accumulator goes through all its shards, whatever happens in one of them, and adds up what it did.
import { StoreError, shardOf } from '@weir/accumulator'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { syncAccumulator } from './sync-accumulator.ts'
import { dirtyRows, landed, layout, names, openMemoryBench, sessions, wrap } from './testing/memory-bench.ts'

it('all shards are synced, and the run is recorded', async () => {
  const { cold, worker, feed } = openMemoryBench()
  await syncAccumulator(worker, sessions)
  await feed(names(4, 'A'), { shard: 0 })
  await feed(names(5, 'B'), { shard: 1 })
  const progress: number[] = []
  const report = await syncAccumulator(worker, sessions, { onProgress: ({ shardsDone }) => progress.push(shardsDone) })
  expect(report).toMatchObject({
    accumulator: 'sessions',
    shards: 2,
    shardsDone: 2,
    rows: 9,
    updates: 9,
    snapshots: 4,
    failures: [],
  })
  expect(progress.at(-1)).toBe(2)
  expect(cold.runs).toMatchObject([{ accumulator: 'sessions', rows: 9, updates: 9, rounds: 4, error: undefined }])
})

it('a shard that fails does not keep the others, and its partial work is counted', async () => {
  const { hot, cold, workerOf, feed } = openMemoryBench()
  await feed(names(4, 'A'), { shard: 0 })
  await feed(names(5, 'B'), { shard: 1 })
  let upserts = 0
  const failing = wrap(cold, async (method, call, args) => {
    if (method === 'upsert' && args[1] === 0 && ++upserts === 2) throw new StoreError('WEIR_STORE_UNREACHABLE', 'gone')
    return call()
  })
  const report = await syncAccumulator(workerOf({ hot, cold: failing }), sessions)
  expect(report).toMatchObject({ shardsDone: 1, rows: 8, failures: [{ shard: 0, error: { message: 'gone' } }] })
  expect(await dirtyRows(hot)).toBe(1)
  expect(cold.runs).toMatchObject([{ rows: 8, error: 'gone' }])
})

it('a run that cannot be recorded is a run all the same', async () => {
  const { hot, cold, workerOf, feed } = openMemoryBench()
  await feed(names(4))
  const unrecorded: unknown[] = []
  const failing = wrap(cold, async (method, call) => {
    if (method === 'recordRun') throw new StoreError('WEIR_STORE_UNREACHABLE', 'gone')
    return call()
  })
  const worker = { ...workerOf({ hot, cold: failing }), onRunUnrecorded: (error: unknown) => unrecorded.push(error) }
  expect(await syncAccumulator(worker, sessions)).toMatchObject({ rows: 4, failures: [] })
  expect(unrecorded).toHaveLength(1)
})

it('a sync of a symbol takes its rows of every period, and no other', async () => {
  const { cold, worker, feed } = openMemoryBench()
  const shard = shardOf('AAPL', layout.shards)
  await feed(['AAPL', 'MSFT'], { shard })
  await feed(['AAPL', 'MSFT'], { shard, daysLater: 1 })
  expect(await syncAccumulator(worker, sessions, { symbol: 'AAPL' })).toMatchObject({ rows: 2, shards: 1 })
  expect(await landed(cold)).toEqual({ AAPL: 2 })
})

it('a cancelled sync throws the reason', async () => {
  const { worker, feed } = openMemoryBench()
  await feed(names(8))
  const cancel = new AbortController()
  const sync = syncAccumulator(worker, sessions, {
    signal: cancel.signal,
    onProgress: () => cancel.abort(new Error('lock lost')),
  })
  await expect(sync).rejects.toThrow('lock lost')
})

it('two workers and the pods may interleave in any way: every tick lands once, and no count is written before its rows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const { hot, cold, worker, workerOf, feed } = openMemoryBench()
      const inAnyOrder = async (method: string, call: () => Promise<unknown>) => {
        await scheduler.schedule(Promise.resolve(), method)
        return call()
      }
      const stores = { hot: wrap(hot, inAnyOrder), cold: wrap(cold, inAnyOrder) }
      const work = [workerOf(stores), workerOf(stores)].map((deps) => syncAccumulator(deps, sessions))
      for (let turn = 0; turn < 6; turn++) {
        await feed(names(5))
        await scheduler.waitOne()
        const totals = await cold.readTotals(sessions.name)
        expect(totals.every(({ updates, accepted }) => updates >= accepted)).toBe(true)
      }
      await scheduler.waitFor(Promise.all(work))
      await syncAccumulator(worker, sessions)
      expect(await landed(cold)).toEqual(Object.fromEntries(names(5).map((name) => [name, 6])))
      expect(await dirtyRows(hot)).toBe(0)
    }),
    { numRuns: 100 },
  )
})
