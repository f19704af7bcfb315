// Goal: a round lands what is dirty, exactly once, whatever dies, doubles, pauses or moves in between; and it ends.
import { StoreError } from '@weir/accumulator'
import { redisKeys } from '@weir/redis'
import { describe, expect, it } from 'vitest'
import { syncOnce } from './sync-once.ts'
import { dirtyRows, landed, names, openMemoryBench, SHARD, sessions, wrap } from './testing/memory-bench.ts'

const ALL = (count: number, ticks = 1) => Object.fromEntries(names(count).map((name) => [name, ticks]))

it('a round lands every dirty row, in batches, and leaves none dirty', async () => {
  const { hot, cold, worker, feed } = openMemoryBench()
  await feed(names(8))
  await feed(['S1', 'S2'])
  const seen: number[] = []
  const report = await syncOnce(worker, sessions.name, SHARD, { onProgress: ({ rows }) => seen.push(rows) })
  expect(report).toMatchObject({ rows: 8, changed: 8, snapshots: 3, moved: 0, missing: 0, refused: [] })
  expect(seen).toEqual([3, 6, 8])
  expect(await landed(cold)).toEqual({ ...ALL(8), S1: 2, S2: 2 })
  expect(await dirtyRows(hot)).toBe(0)
})

it('a round without anything dirty asks PostgreSQL nothing', async () => {
  const { hot, cold, workerOf } = openMemoryBench()
  const silent = wrap(cold, async (method) => expect.fail(`PostgreSQL was asked to ${method}`))
  expect(await syncOnce(workerOf({ hot, cold: silent }), sessions.name, SHARD)).toMatchObject({ rows: 0, snapshots: 0 })
})

it('only named rows go where only those are asked for', async () => {
  const { hot, cold, worker, feed } = openMemoryBench()
  await feed(names(8))
  const period = (await hot.readCoverage(SHARD)).periods[0]?.period ?? 0
  const only = ['S1', 'S7', 'ghost'].map((key) => ({ period, key }))
  expect(await syncOnce(worker, sessions.name, SHARD, { only })).toMatchObject({ rows: 2 })
  expect(await landed(cold)).toEqual({ S1: 1, S7: 1 })
  expect(await dirtyRows(hot)).toBe(6)
})

describe('a worker that dies', () => {
  /** One for the depth, four for each of three batches. */
  const CALLS = 13

  it.each(Array.from({ length: CALLS }, (_, index) => index + 1))(
    'at call %i loses and doubles nothing',
    async (fatal) => {
      for (const dies of ['before', 'after'] as const) {
        const { hot, cold, worker, workerOf, feed } = openMemoryBench()
        await feed(names(8))
        let calls = 0
        const mortal = async (_method: string, call: () => Promise<unknown>) => {
          const isFatal = ++calls === fatal
          if (isFatal && dies === 'before') throw new StoreError('WEIR_STORE_UNREACHABLE', 'killed')
          const result = await call()
          if (isFatal) throw new StoreError('WEIR_STORE_UNREACHABLE', 'killed')
          return result
        }
        await syncOnce(workerOf({ hot: wrap(hot, mortal), cold: wrap(cold, mortal) }), sessions.name, SHARD).catch(
          () => undefined,
        )
        // One call may be on its way beside the fatal one; none follows them.
        expect(calls).toBeGreaterThanOrEqual(fatal)
        expect(calls).toBeLessThanOrEqual(fatal + 1)
        // What is no longer dirty is in PostgreSQL.
        expect(Object.keys(await landed(cold)).length + (await dirtyRows(hot))).toBeGreaterThanOrEqual(8)
        await feed(['S0', 'S5'])
        await syncOnce(worker, sessions.name, SHARD)
        expect(await landed(cold)).toEqual({ ...ALL(8), S0: 2, S5: 2 })
        expect(await dirtyRows(hot)).toBe(0)
      }
    },
  )
})

it('two rounds at once land each tick once', async () => {
  const { hot, cold, worker, feed } = openMemoryBench()
  await feed(names(20))
  const rounds = [syncOnce(worker, sessions.name, SHARD), syncOnce(worker, sessions.name, SHARD)]
  await feed(names(20))
  await Promise.all(rounds)
  await syncOnce(worker, sessions.name, SHARD)
  expect(await landed(cold)).toEqual(ALL(20, 2))
  expect(await dirtyRows(hot)).toBe(0)
})

it('rows that another worker takes out of the set hide none from a round', async () => {
  const { hot, cold, clock, workerOf, feed } = openMemoryBench({
    limits: { snapshotsInFlightMax: 2 },
    durabilityOf: (receipt, clock) =>
      clock.nowMs() * 1000 - receipt.takenAtUs > 1e6 ? { kind: 'durable' } : { kind: 'pending', waitMs: 10 },
  })
  await feed(names(20))
  let snapshots = 0
  const disturbing = wrap(hot, async (method, call) => {
    const result = await call()
    // So that one snapshot is old enough for the disk while the next is not.
    if (method === 'snapshot') clock.leap(500)
    if (method === 'snapshot' && ++snapshots === 1) {
      const six = await hot.snapshot(SHARD, sessions.name, { rowsMax: 6, skip: 0 })
      await cold.upsert(sessions.name, SHARD, six.rows)
      await hot.acknowledge(SHARD, sessions.name, six)
    }
    return result
  })
  await syncOnce(workerOf({ hot: disturbing, cold }), sessions.name, SHARD)
  expect(await landed(cold)).toEqual(ALL(20))
})

it.each(['snapshot', 'durabilityOf', 'upsert', 'acknowledge'])(
  'a worker paused after %s, and woken late, takes nothing back',
  async (pausedAfter) => {
    const { hot, cold, worker, workerOf, feed } = openMemoryBench()
    await feed(names(3))
    let isPaused = true
    const pausing = async (method: string, call: () => Promise<unknown>) => {
      const result = await call()
      if (method === pausedAfter && isPaused) {
        isPaused = false
        await feed(['S0', 'S1'])
        await syncOnce(worker, sessions.name, SHARD)
        await feed(['S1'])
      }
      return result
    }
    await syncOnce(workerOf({ hot: wrap(hot, pausing), cold: wrap(cold, pausing) }), sessions.name, SHARD)
    await syncOnce(worker, sessions.name, SHARD)
    expect(await landed(cold)).toEqual({ S0: 2, S1: 3, S2: 1 })
    expect(await dirtyRows(hot)).toBe(0)
  },
)

it('hot keys neither make a round endless nor keep others from their turn', async () => {
  const { hot, cold, workerOf, feed } = openMemoryBench()
  await feed(names(5, 'HOT'))
  await feed(names(9))
  const busy = wrap(cold, async (_method, call) => {
    const result = await call()
    await feed(names(5, 'HOT'))
    return result
  })
  const report = await syncOnce(workerOf({ hot, cold: busy }), sessions.name, SHARD)
  expect(report.rows).toBe(14)
  expect(await landed(cold)).toMatchObject(ALL(9))
  expect(await dirtyRows(hot)).toBe(5)
})

it('a batch that PostgreSQL refuses as a call keeps its rows dirty, blames none of them and holds up no other', async () => {
  const { hot, cold, workerOf, feed } = openMemoryBench()
  await feed(['FIRST'])
  await feed(names(8))
  const refusing = wrap(cold, async (method, call, args) => {
    const rows = args[2] as readonly { key: string }[]
    if (method === 'upsert' && rows.some(({ key }) => key === 'FIRST'))
      throw new StoreError('WEIR_STORE_REFUSED', 'internal error')
    return call()
  })
  const worker = workerOf({ hot, cold: refusing })
  const report = await syncOnce(worker, sessions.name, SHARD)
  expect(report).toMatchObject({ rows: 6, quarantined: 0 })
  expect(report.refused.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /refused a batch of 3 rows of sessions in shard 0, from "19857:FIRST" to "19857:S1".*internal error/,
    ),
  ])
  expect(await dirtyRows(hot)).toBe(3)
  await feed(['S7'])
  expect(await syncOnce(worker, sessions.name, SHARD)).toMatchObject({ rows: 1 })
  expect(await landed(cold)).toMatchObject({ S2: 1, S7: 2 })
})

it('a round that is cancelled stops between two steps, and leaves the rest dirty', async () => {
  const { hot, cold, worker, feed } = openMemoryBench()
  await feed(names(8))
  const cancel = new AbortController()
  const round = syncOnce(worker, sessions.name, SHARD, {
    signal: cancel.signal,
    onProgress: () => cancel.abort(new Error('lock lost')),
  })
  await expect(round).rejects.toThrow('lock lost')
  expect(Object.keys(await landed(cold))).toHaveLength(3)
  expect(await dirtyRows(hot)).toBe(5)
})

it('a row that somebody removed by hand is reported, and is dirty no more', async () => {
  const { hot, worker, feed } = openMemoryBench()
  await feed(names(2))
  for (const key of hot.redis.keys()) if (key.includes(':rows:')) hot.redis.hash(key).delete('S1')
  expect(await syncOnce(worker, sessions.name, SHARD)).toMatchObject({ rows: 1, missing: 1 })
  expect(await dirtyRows(hot)).toBe(0)
})

it('a row that somebody overwrote in Redis is named and stays dirty, and does not hold up the others', async () => {
  const { hot, cold, worker, feed } = openMemoryBench()
  await feed(names(8))
  const period = (await hot.readCoverage(SHARD)).periods[0]?.period ?? 0
  hot.redis.hash(redisKeys('weir').shard(SHARD).rows(sessions.name, period)).set('S1', Buffer.from('nonsense'))
  const report = await syncOnce(worker, sessions.name, SHARD)
  expect(report.refused.map(({ message }) => message)).toEqual([expect.stringContaining(`"${period}:S1"`)])
  const { S1: _overwritten, ...others } = ALL(8)
  expect(await landed(cold)).toEqual(others)
  expect(await dirtyRows(hot)).toBe(1)
})
