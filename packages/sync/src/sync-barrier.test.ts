// Goal: PostgreSQL gets nothing that Redis's disk may not have, and waiting for the disk costs little.
import type { Durability, DurabilityReceipt } from '@weir/accumulator'
import { expect, it } from 'vitest'
import { syncOnce } from './sync-once.ts'
import type { LeapingClock } from './testing/leaping-clock.ts'
import { dirtyRows, landed, names, openMemoryBench, SHARD, sessions, wrap } from './testing/memory-bench.ts'

const AGE_MS = 3000

/** A disk that has a snapshot after three seconds. */
function slowDisk(receipt: DurabilityReceipt, clock: LeapingClock): Durability {
  const ageMs = clock.nowMs() - receipt.takenAtUs / 1000
  return ageMs >= AGE_MS ? { kind: 'durable' } : { kind: 'pending', waitMs: Math.ceil(AGE_MS - ageMs) }
}

it('snapshots wait for the disk together, as many as the limit allows', async () => {
  const { hot, cold, clock, workerOf, feed } = openMemoryBench({
    limits: { snapshotsInFlightMax: 4 },
    durabilityOf: slowDisk,
  })
  await feed(names(24))
  let waiting = 0
  let waitingMax = 0
  const counting = wrap(hot, async (method, call) => {
    if (method === 'snapshot') waitingMax = Math.max(waitingMax, ++waiting)
    if (method === 'acknowledge') waiting -= 1
    return call()
  })
  const startedMs = clock.monotonicMs()
  const report = await syncOnce(workerOf({ hot: counting, cold }), sessions.name, SHARD)
  expect(report).toMatchObject({ rows: 24, snapshots: 8 })
  expect(waitingMax).toBe(4)
  // Eight batches, four at a time: two waits.
  expect(clock.monotonicMs() - startedMs).toBeLessThan(2.1 * AGE_MS)
})

it('nothing is written before the disk has it', async () => {
  const { hot, cold, clock, workerOf, feed } = openMemoryBench({ durabilityOf: slowDisk })
  await feed(names(9))
  const startedMs = clock.monotonicMs()
  const upsertsMs: number[] = []
  const watched = wrap(cold, async (method, call) => {
    if (method === 'upsert') upsertsMs.push(clock.monotonicMs() - startedMs)
    return call()
  })
  await syncOnce(workerOf({ hot, cold: watched }), sessions.name, SHARD)
  expect(Object.keys(await landed(cold))).toHaveLength(9)
  expect(Math.min(...upsertsMs)).toBeGreaterThanOrEqual(AGE_MS)
})

it('when the history or an fsync breaks, all snapshots in flight are dropped and taken anew', async () => {
  let isBroken = false
  const { hot, cold, worker, feed } = openMemoryBench({
    durabilityOf: (receipt, clock) => {
      const durability = slowDisk(receipt, clock)
      if (durability.kind === 'pending' || isBroken) return durability
      isBroken = true
      return { kind: 'broken', reason: 'an fsync was delayed' }
    },
  })
  await feed(names(8))
  expect(await syncOnce(worker, sessions.name, SHARD)).toMatchObject({ rows: 8, snapshots: 6 })
  expect(Object.keys(await landed(cold))).toHaveLength(8)
  expect(await dirtyRows(hot)).toBe(0)
})

it('a history that breaks again and again ends the round, with everything dirty', async () => {
  const { hot, cold, worker, feed } = openMemoryBench({
    durabilityOf: () => ({ kind: 'broken', reason: 'an fsync was delayed' }),
  })
  await feed(names(8))
  await expect(syncOnce(worker, sessions.name, SHARD)).rejects.toMatchObject({
    code: 'WEIR_STORE_BUSY',
    retryable: true,
  })
  expect(await landed(cold)).toEqual({})
  expect(await dirtyRows(hot)).toBe(8)
})

it('a disk that never tells ends the round after a while, with everything dirty', async () => {
  const { hot, clock, worker, feed } = openMemoryBench({ durabilityOf: () => ({ kind: 'pending', waitMs: 100 }) })
  await feed(names(8))
  const startedMs = clock.monotonicMs()
  await expect(syncOnce(worker, sessions.name, SHARD)).rejects.toMatchObject({ code: 'WEIR_STORE_BUSY' })
  expect(clock.monotonicMs() - startedMs).toBeLessThan(61_000)
  expect(await dirtyRows(hot)).toBe(8)
})

it('where the disk promises nothing the round goes on and says so', async () => {
  const { cold, worker, feed } = openMemoryBench({
    durabilityOf: () => ({ kind: 'unpromised', reason: 'the append-only file is off' }),
  })
  await feed(names(2))
  expect(await syncOnce(worker, sessions.name, SHARD)).toMatchObject({
    rows: 2,
    unpromised: 'the append-only file is off',
  })
  expect(Object.keys(await landed(cold))).toHaveLength(2)
})
