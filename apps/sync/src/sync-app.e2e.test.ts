// Goal: with real Redis, PostgreSQL and BullMQ, what is dirty lands exactly once, whatever happens to the queue, the database and
// the workers.
import { requestSync, type SyncJobProgress } from '@weir/sync'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { symbols, ticksOf } from './testing/feed-ticks.ts'
import { eventually, openSyncBench, type SyncBench } from './testing/sync-bench.ts'

/** No scheduled round comes in the time of a test. */
const NEVER = '3600'

function request({ redisUrl, keyPrefix }: SyncBench) {
  return { queueRedisUrl: redisUrl, prefix: keyPrefix, timeoutMs: 20_000 }
}

it('a scheduled sync lands what is dirty, and again what comes later', async () => {
  await using bench = await openSyncBench()
  await bench.app().start()
  await bench.feed([...ticksOf('AAPL', 7), ...ticksOf('MSFT', 5)])
  await eventually(async () => expect(await bench.ticksInPostgres()).toEqual({ AAPL: 7, MSFT: 5 }))
  await bench.feed(ticksOf('AAPL', 3, 7))
  await eventually(async () => expect(await bench.ticksInPostgres()).toEqual({ AAPL: 10, MSFT: 5 }))
  await eventually(async () => expect(await bench.dirtyRows()).toBe(0))
  await eventually(async () => expect(await bench.cold.readRuns(10)).not.toHaveLength(0))
  const [run] = await bench.cold.readRuns(10)
  expect(run).toMatchObject({ accumulator: 'sessions' })
})

it('rounds go on without the schedulers, and a connection that comes back puts them back', async () => {
  await using bench = await openSyncBench()
  const { redis, keyPrefix } = bench
  await bench.app().start()
  const queue = `{${keyPrefix}-bull}:weir-sync`
  await eventually(async () => expect(await redis.zcard(`${queue}:repeat`)).toBe(1))
  await redis.del(await redis.keys(`${queue}:*`))
  await bench.feed(ticksOf('AAPL', 7))
  await eventually(async () => expect(await bench.ticksInPostgres()).toEqual({ AAPL: 7 }))
  expect(await redis.zcard(`${queue}:repeat`)).toBe(0)
  const clients = String(await redis.client('LIST')).split('\n')
  const id = /\bid=(\d+)/.exec(clients.find((line) => line.includes(`name=${keyPrefix}-queue`)) ?? '')?.[1]
  await redis.client('KILL', 'ID', Number(id))
  await eventually(async () => expect(await redis.zcard(`${queue}:repeat`)).toBe(1))
})

it('two workers at once land each tick once', async () => {
  await using bench = await openSyncBench()
  await Promise.all([bench.app().start(), bench.app().start()])
  const names = symbols(50)
  for (let round = 0; round < 20; round++) await bench.feed(names.flatMap((symbol) => ticksOf(symbol, 3, round * 3)))
  await Promise.all([requestSync(request(bench)), requestSync(request(bench))])
  expect(await bench.ticksInPostgres()).toEqual(Object.fromEntries(names.map((symbol) => [symbol, 60])))
})

it('a forced sync writes everything that is dirty as it is asked for, and shows its progress', async () => {
  await using bench = await openSyncBench()
  const config = await bench.config({ SESSION_ACCUMULATION_INTERVAL: NEVER, DIRTY_DATA_BATCH_SIZE: '10' })
  await bench.app(config).start()
  await requestSync(request(bench))
  const names = symbols(100)
  await bench.feed(names.flatMap((symbol) => ticksOf(symbol, 2)))
  const progress: SyncJobProgress[] = []
  const result = await requestSync({ ...request(bench), onProgress: (step) => progress.push(step) })
  expect(result).toMatchObject({ rows: 100, updates: 200 })
  expect(result.rounds).toBeGreaterThanOrEqual(10)
  expect(progress.at(-1)).toMatchObject({ accumulator: 'sessions', shardsDone: 4, shards: 4, rows: 100 })
  expect(await bench.ticksInPostgres()).toEqual(Object.fromEntries(names.map((symbol) => [symbol, 2])))
})

it('a forced sync of a symbol leaves the others for their round', async () => {
  await using bench = await openSyncBench()
  await bench.app(await bench.config({ SESSION_ACCUMULATION_INTERVAL: NEVER, SYNC_ON_SHUTDOWN: 'false' })).start()
  await requestSync(request(bench))
  await bench.feed([...ticksOf('AAPL', 7), ...ticksOf('MSFT', 5)])
  expect(await requestSync({ ...request(bench), symbol: 'AAPL' })).toMatchObject({ rows: 1 })
  expect(await bench.ticksInPostgres()).toEqual({ AAPL: 7 })
})

it('connections to PostgreSQL that are killed under it cost no tick and double none', async () => {
  await using bench = await openSyncBench()
  await bench.app(await bench.config({ DIRTY_DATA_BATCH_SIZE: '5' })).start()
  const names = symbols(60)
  for (let round = 0; round < 15; round++) {
    await bench.feed(names.flatMap((symbol) => ticksOf(symbol, 2, round * 2)))
    const syncing = requestSync(request(bench)).catch(() => undefined)
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'weir-sync' and datname = current_database()`.execute(bench.db)
    await syncing
  }
  await eventually(async () => expect(await bench.dirtyRows()).toBe(0))
  expect(await bench.ticksInPostgres()).toEqual(Object.fromEntries(names.map((symbol) => [symbol, 30])))
})

it('more dirty rows than the buffer may hold start a round before its time', async () => {
  await using bench = await openSyncBench()
  const config = await bench.config({
    SESSION_ACCUMULATION_INTERVAL: NEVER,
    MAX_MEMORY_BUFFER_SIZE: '10',
    SYNC_ON_SHUTDOWN: 'false',
  })
  await bench.app(config).start()
  await requestSync(request(bench))
  await bench.feed(symbols(10).flatMap((symbol) => ticksOf(symbol, 1)))
  await requestSync({ ...request(bench), symbol: 'SYM0' })
  expect(Object.keys(await bench.ticksInPostgres())).toEqual(['SYM0'])
  await bench.feed(symbols(12).flatMap((symbol) => ticksOf(symbol, 1, 1)))
  await eventually(async () => expect(Object.keys(await bench.ticksInPostgres())).toHaveLength(12))
})

it('a worker that stops syncs once more, and leaves it where it shall not', async () => {
  await using bench = await openSyncBench()
  const leaving = bench.app(await bench.config({ SESSION_ACCUMULATION_INTERVAL: NEVER, SYNC_ON_SHUTDOWN: 'false' }))
  await leaving.start()
  await requestSync(request(bench))
  await bench.feed(ticksOf('AAPL', 7))
  await leaving.stop()
  expect(await bench.ticksInPostgres()).toEqual({})
  const syncing = bench.app(await bench.config({ SESSION_ACCUMULATION_INTERVAL: NEVER }))
  await syncing.start()
  await requestSync(request(bench))
  await bench.feed(ticksOf('MSFT', 5))
  await syncing.stop()
  expect(await bench.ticksInPostgres()).toEqual({ AAPL: 7, MSFT: 5 })
})
