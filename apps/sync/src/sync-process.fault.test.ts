// Goal: a worker process that is killed, paused or robbed of its lock leaves every tick in PostgreSQL once.
import { requestSync } from '@weir/sync'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { symbols, ticksOf } from './testing/feed-ticks.ts'
import { eventually, openSyncBench, type SyncBench } from './testing/sync-bench.ts'
import { startWorker } from './testing/worker-process.ts'

function request({ redisUrl, keyPrefix }: SyncBench) {
  return { queueRedisUrl: redisUrl, prefix: keyPrefix, timeoutMs: 40_000 }
}

function expected(ticks: number) {
  return Object.fromEntries(symbols(40).map((symbol) => [symbol, ticks]))
}

it('a worker that is killed in the middle of its rounds loses and doubles nothing', async () => {
  await using bench = await openSyncBench()
  for (let round = 0; round < 4; round++) {
    await using worker = await startWorker(bench, { DIRTY_DATA_BATCH_SIZE: '2' })
    await bench.feed(symbols(40).flatMap((symbol) => ticksOf(symbol, 3, round * 3)))
    await eventually(async () => expect(await bench.dirtyRows()).toBeLessThan(40))
    worker.child.kill('SIGKILL')
    expect(await worker.exited).toBe('SIGKILL')
  }
  await using _worker = await startWorker(bench)
  await requestSync(request(bench))
  expect(await bench.ticksInPostgres()).toEqual(expected(12))
})

it('a worker that is paused while others go on, and woken late, changes nothing', async () => {
  await using bench = await openSyncBench()
  await using paused = await startWorker(bench, { DIRTY_DATA_BATCH_SIZE: '2' })
  await bench.feed(symbols(40).flatMap((symbol) => ticksOf(symbol, 3)))
  await eventually(async () => expect(await bench.dirtyRows()).toBeLessThan(40))
  paused.child.kill('SIGSTOP')
  await using _other = await startWorker(bench)
  await bench.feed(symbols(40).flatMap((symbol) => ticksOf(symbol, 3, 3)))
  await eventually(async () => expect(await bench.dirtyRows()).toBe(0))
  paused.child.kill('SIGCONT')
  await bench.feed(symbols(40).flatMap((symbol) => ticksOf(symbol, 3, 6)))
  await requestSync(request(bench))
  expect(await bench.ticksInPostgres()).toEqual(expected(9))
})

it('a job whose lock is lost is given up, and done again', async () => {
  await using bench = await openSyncBench()
  const app = bench.app(
    await bench.config({ SESSION_ACCUMULATION_INTERVAL: '3600', POSTGRES_LOCK_TIMEOUT_MS: '29000' }),
  )
  await app.start()
  await requestSync(request(bench))
  await bench.feed(symbols(40).flatMap((symbol) => ticksOf(symbol, 3)))
  const queue = `{${bench.keyPrefix}-bull}:weir-sync`
  let asked: Promise<unknown> | undefined
  await bench.db.transaction().execute(async (transaction) => {
    await sql`lock table session_parts in exclusive mode`.execute(transaction)
    asked = requestSync(request(bench))
    const [id] = await eventually(async () => {
      const active = await bench.redis.lrange(`${queue}:active`, 0, -1)
      expect(active).toHaveLength(1)
      return active
    })
    await bench.redis.del(`${queue}:${id}:lock`)
    // Put back in the queue as stalled, and taken again.
    await eventually(async () => expect(Number(await bench.redis.hget(`${queue}:${id}`, 'stc'))).toBeGreaterThan(0))
  })
  await asked
  expect(await bench.ticksInPostgres()).toEqual(expected(3))
})
