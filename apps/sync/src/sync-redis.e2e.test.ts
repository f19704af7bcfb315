// Goal: the barrier and the own timer against a Redis that fsyncs each second, is full, or restarts.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServerHandle, startRedis } from '@weir/servers'
import { requestSync } from '@weir/sync'
import { testServerWorkDir } from '@weir/testkit'
import { expect, it } from 'vitest'
import { symbols, ticksOf } from './testing/feed-ticks.ts'
import { eventually, openSyncBench } from './testing/sync-bench.ts'

interface OwnRedis extends AsyncDisposable {
  readonly url: string
  kill(): Promise<void>
  start(): Promise<void>
}

async function openRedis(appendfsync: 'always' | 'everysec'): Promise<OwnRedis> {
  const dataDir = await mkdtemp(join(tmpdir(), 'weir-sync-redis-'))
  const start = (port: number) =>
    startRedis({ dataDir, port, workDir: testServerWorkDir(), appendfsync, log: () => undefined })
  let server: ServerHandle = await start(0)
  return {
    url: server.url,
    async kill() {
      server.kill('SIGKILL')
      await server.exited
    },
    async start() {
      server = await start(server.port)
    },
    async [Symbol.asyncDispose]() {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

it('with an fsync a second, a round waits until the disk has its snapshots, many at a time', async () => {
  await using own = await openRedis('everysec')
  await using bench = await openSyncBench({ redisUrl: own.url })
  const config = await bench.config({
    SESSION_ACCUMULATION_INTERVAL: '3600',
    DURABILITY_AGE_MS: '1500',
    DIRTY_DATA_BATCH_SIZE: '5',
  })
  await bench.app(config).start()
  const names = symbols(100)
  await bench.feed(names.flatMap((symbol) => ticksOf(symbol, 2)))
  const result = await requestSync({ queueRedisUrl: own.url, prefix: bench.keyPrefix, timeoutMs: 20_000 })
  expect(result.seconds).toBeGreaterThan(1.5)
  // One wait a batch would be 20 of them, at four shards at a time 7.5 s.
  expect(result.seconds).toBeLessThan(6)
  expect(await bench.ticksInPostgres()).toEqual(Object.fromEntries(names.map((symbol) => [symbol, 2])))
})

it('a full Redis drains by the own timer, though BullMQ can do nothing there', async () => {
  await using own = await openRedis('always')
  await using bench = await openSyncBench({ redisUrl: own.url })
  await bench.app().start()
  await bench.feed(ticksOf('AAPL', 1))
  await eventually(async () => expect(await bench.dirtyRows()).toBe(0))
  await bench.feed(symbols(19).flatMap((symbol) => ticksOf(symbol, 2)))
  await bench.redis.config('SET', 'maxmemory', '1mb')
  await expect(bench.feed(ticksOf('AAPL', 1))).rejects.toMatchObject({ code: 'WEIR_STORE_FULL' })
  await eventually(async () => expect(await bench.dirtyRows()).toBe(0))
  expect(Object.keys(await bench.ticksInPostgres())).toHaveLength(20)
})

it('a Redis that is killed and comes back is synced on, each tick once', async () => {
  await using own = await openRedis('always')
  await using bench = await openSyncBench({ redisUrl: own.url })
  const app = bench.app()
  await app.start()
  await bench.feed(ticksOf('AAPL', 7))
  await eventually(async () => expect(await bench.ticksInPostgres()).toEqual({ AAPL: 7 }))
  await bench.feed(ticksOf('AAPL', 2, 7))
  await own.kill()
  await own.start()
  await eventually(() => bench.feed(ticksOf('AAPL', 1, 9)))
  await eventually(async () => expect(await bench.ticksInPostgres()).toEqual({ AAPL: 10 }))
  await eventually(async () => expect(await bench.dirtyRows()).toBe(0))
})

it('a worker whose Redis is not there yet waits for it, and says so', async () => {
  await using own = await openRedis('always')
  await using bench = await openSyncBench({ redisUrl: own.url })
  await bench.feed(ticksOf('AAPL', 7))
  await own.kill()
  const app = bench.app()
  await app.start()
  const down = await fetch(`${app.url}/readyz`)
  expect(down.status).toBe(503)
  expect(await down.text()).toContain('Redis')
  await own.start()
  await eventually(async () => expect(await bench.ticksInPostgres()).toEqual({ AAPL: 7 }))
  await eventually(async () => expect((await fetch(`${app.url}/readyz`)).status).toBe(200))
})
