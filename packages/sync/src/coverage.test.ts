// Goal: marks and accepted counts reach PostgreSQL only after all they cover.
import { StoreError } from '@weir/accumulator'
import { MemoryRedis } from '@weir/testkit'
import { expect, it } from 'vitest'
import { syncAccumulator } from './sync-accumulator.ts'
import { checked, producer } from './testing/checked-coverage.ts'
import { names, openMemoryBench, others, SHARD, sessions, thirds, wrap } from './testing/memory-bench.ts'

const BOTH = { accumulators: [sessions, others] }

it('a round of everything that is dirty writes the marks and counts of the time before it', async () => {
  const bench = openMemoryBench()
  const { worker } = checked(bench)
  await bench.feed(names(8), producer(1, 8))
  await syncAccumulator(worker, sessions)
  expect((await bench.cold.readRestored(SHARD)).marks).toEqual(new Map([['feed', 8]]))
  expect(await bench.cold.readTotals(sessions.name)).toMatchObject([{ updates: 8, accepted: 8 }])
})

it('a mark waits until every accumulator that its ticks touched has landed', async () => {
  const bench = openMemoryBench()
  const { worker, written } = checked(bench)
  await bench.feed(names(8), { ...BOTH, ...producer(1, 8) })
  await syncAccumulator(worker, sessions)
  expect(written).toEqual([])
  await bench.feed(names(8), { ...BOTH, ...producer(9, 16) })
  // Both have had a round since the first reading, though there is always something dirty in one of them.
  await syncAccumulator(worker, others)
  expect((await bench.cold.readRestored(SHARD)).marks).toEqual(new Map([['feed', 8]]))
  await bench.feed(names(8), { ...BOTH, ...producer(17, 24) })
  await syncAccumulator(worker, sessions)
  expect((await bench.cold.readRestored(SHARD)).marks).toEqual(new Map([['feed', 16]]))
})

it('accumulators that take turns, each with something dirty all the time, hold up no mark', async () => {
  let brokenBeforeUs = 0
  const bench = openMemoryBench({
    durabilityOf: ({ takenAtUs }) =>
      takenAtUs < brokenBeforeUs ? { kind: 'broken', reason: 'an fsync was delayed' } : { kind: 'durable' },
  })
  const { worker } = checked(bench)
  let sequence = 0
  const takeTurns = async (turns: number) => {
    for (let turn = 0; turn < turns; turn++) {
      const first = sequence + 1
      sequence += 3
      await bench.feed(names(3), { accumulators: [sessions, others, thirds], ...producer(first, sequence) })
      await syncAccumulator(worker, [sessions, others, thirds][turn % 3] ?? sessions)
      bench.clock.leap(1000)
    }
  }
  const written = async () => (await bench.cold.readRestored(SHARD)).marks.get('feed') ?? 0
  await takeTurns(6)
  const before = await written()
  expect(before).toBeGreaterThan(0)
  // What was read until now can never be proved.
  brokenBeforeUs = bench.clock.nowMs() * 1000
  await takeTurns(9)
  expect(await written()).toBeGreaterThan(before)
})

it('keys that are always dirty hold up no mark', async () => {
  const bench = openMemoryBench()
  const { worker: deps, cold } = checked(bench)
  let sequence = 0
  const busy = wrap(cold, async (method, call) => {
    const result = await call()
    if (method === 'upsert') await bench.feed(['HOT'], producer(++sequence, sequence))
    return result
  })
  const worker = bench.workerOf({ hot: deps.hot, cold: busy })
  await bench.feed(['HOT'], producer(++sequence, sequence))
  await syncAccumulator(worker, sessions)
  await syncAccumulator(worker, sessions)
  expect((await bench.cold.readRestored(SHARD)).marks.get('feed')).toBe(2)
})

it('rows that PostgreSQL refuses hold up the marks that cover them', async () => {
  const bench = openMemoryBench()
  const { cold, written } = checked(bench)
  const refusing = wrap(cold, async (method, call) => {
    if (method === 'upsert') throw new StoreError('WEIR_ROW_REFUSED', 'numeric field overflow')
    return call()
  })
  await bench.feed(names(2), producer(1, 2))
  const worker = bench.workerOf({ hot: bench.hot, cold: refusing })
  expect(await syncAccumulator(worker, sessions)).toMatchObject({ quarantined: 2, failures: [] })
  await syncAccumulator(worker, sessions)
  expect(written).toEqual([])
})

it('what was read in one history is never written in another', async () => {
  const bench = openMemoryBench()
  const { worker, written } = checked(bench)
  const before = bench.hot.redis.clone()
  await bench.feed(names(8), { ...BOTH, ...producer(1, 8) })
  await syncAccumulator(worker, sessions)
  before.runId = 'run-2'
  bench.hot.redis = before
  await bench.feed(names(1), producer(1, 1))
  await syncAccumulator(worker, others)
  await syncAccumulator(worker, sessions)
  expect(written.map(({ marks }) => marks.get('feed'))).toEqual([1])
})

it('a Redis that restarts without its last second proves nothing, though its origin is the same', async () => {
  const bench = openMemoryBench()
  const { worker, cold, written } = checked(bench)
  await bench.feed(names(1), producer(1, 1))
  await syncAccumulator(worker, sessions)
  const lagging = bench.hot.redis.clone()
  lagging.runId = 'run-2'
  await bench.feed(names(8), { accumulators: [others], ...producer(2, 9) })
  const hot = wrap(bench.hot, async (method, call) => {
    const result = await call()
    if (method === 'readCoverage') bench.hot.redis = lagging
    return result
  })
  await syncAccumulator(bench.workerOf({ hot, cold }), sessions)
  expect(written.flatMap(({ marks }) => [...marks])).toEqual([['feed', 1]])
})

it('a fsync that was delayed once does not keep marks from being written later', async () => {
  let isDelayed = false
  const bench = openMemoryBench({
    durabilityOf: () => (isDelayed ? { kind: 'broken', reason: 'delayed' } : { kind: 'durable' }),
  })
  const { worker, written } = checked(bench)
  await bench.feed(names(1), producer(1, 1))
  await syncAccumulator(worker, sessions, { onProgress: () => (isDelayed = true) })
  expect(written).toEqual([])
  isDelayed = false
  await syncAccumulator(worker, sessions)
  expect(written).toHaveLength(1)
})

it('a Redis that is wiped during a round leaves no mark of what was lost', async () => {
  const bench = openMemoryBench()
  const { cold, written } = checked(bench)
  const wiping = wrap(cold, async (method, call) => {
    const result = await call()
    if (method === 'upsert') {
      bench.hot.redis = new MemoryRedis('run-1', 'replication-1')
      await bench.feed(['S9'])
      bench.hot.redis.sortedSet('{weir:0}:dirty:sessions').clear()
    }
    return result
  })
  await bench.feed(names(8), producer(1, 8))
  await syncAccumulator(bench.workerOf({ hot: bench.hot, cold: wiping }), sessions)
  expect(written).toEqual([])
})

it('only what has changed is written again, all of it after it may have been lost', async () => {
  const bench = openMemoryBench()
  const { worker, written } = checked(bench)
  await bench.feed(names(2), producer(1, 2))
  await syncAccumulator(worker, sessions)
  await syncAccumulator(worker, sessions)
  expect(written).toHaveLength(1)
  await bench.feed(names(1), { daysLater: 1 })
  await syncAccumulator(worker, sessions)
  expect(written.at(-1)).toMatchObject({ marks: new Map(), periods: [{ accepted: 1 }] })
  worker.coverages.forgetWritten()
  await syncAccumulator(worker, sessions)
  expect(written.at(-1)?.periods).toHaveLength(2)
})

it('a shard that was opened without PostgreSQL gets its marks back', async () => {
  const bench = openMemoryBench()
  const { worker } = checked(bench)
  await bench.feed(names(2), producer(1, 2))
  await syncAccumulator(worker, sessions)
  bench.hot.redis = new MemoryRedis('run-1', 'replication-1')
  await bench.feed(['S9'])
  expect(await bench.hot.readMark(SHARD, 'feed')).toBeUndefined()
  await syncAccumulator(worker, sessions)
  expect(await bench.hot.readMark(SHARD, 'feed')).toBe(2)
})

it('a Redis too full to be given its marks back is drained all the same, and gets them later', async () => {
  const bench = openMemoryBench()
  let isFull = true
  const full = wrap(bench.hot, async (method, call) => {
    if (method === 'restore' && isFull) throw new StoreError('WEIR_STORE_FULL', 'out of memory')
    return call()
  })
  await bench.cold.writeCoverage(SHARD, { origin: '', timeUs: 0, marks: new Map([['feed', 2]]), periods: [] })
  await bench.feed(names(3))
  const worker = bench.workerOf({ hot: full, cold: bench.cold })
  expect(await syncAccumulator(worker, sessions)).toMatchObject({ rows: 3, failures: [] })
  expect(await bench.hot.readMark(SHARD, 'feed')).toBeUndefined()
  isFull = false
  await syncAccumulator(worker, sessions)
  expect(await bench.hot.readMark(SHARD, 'feed')).toBe(2)
})
