// Goal: a worker says what it waits for or lacks, at the start and later, and shows itself to those who may look.
import { migrate } from '@weir/postgres'
import { FaultProxy } from '@weir/testkit'
import { expect, it } from 'vitest'
import { ticksOf } from './testing/feed-ticks.ts'
import { eventually, openSyncBench } from './testing/sync-bench.ts'

const READ_TOKEN = 'read-token-of-the-test'
const INGEST_TOKEN = 'ingest-token-of-the-test'

async function get(url: string | undefined, path: string, token?: string) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await fetch(`${url}${path}`, { headers, redirect: 'manual' })
  const text = await response.text()
  return { status: response.status, location: response.headers.get('location'), text, json: () => JSON.parse(text) }
}

it('a database without tables stops the start, and the error says what to do', async () => {
  await using bench = await openSyncBench({ isMigrated: false })
  await expect(bench.app().start()).rejects.toMatchObject({
    code: 'WEIR_NOT_MIGRATED',
    message: expect.stringContaining('weir migrate'),
  })
})

it('another layout than that of the stores stops the start', async () => {
  await using bench = await openSyncBench()
  await expect(bench.app(await bench.config({ PRICE_SCALE: '1e-2' })).start()).rejects.toMatchObject({
    code: 'WEIR_LAYOUT_CHANGED',
  })
})

it('a worker whose PostgreSQL is down waits for it, says so, and syncs when it is there and migrated', async () => {
  await using bench = await openSyncBench({ isMigrated: false })
  await using proxy = await FaultProxy.start(bench.databaseUrl)
  proxy.setMode({ kind: 'refuse' })
  const app = bench.app(await bench.config({ DATABASE_URL: proxy.url }))
  await app.start()
  await bench.feed(ticksOf('AAPL', 7))
  const down = await get(app.url, '/readyz')
  expect(down.status).toBe(503)
  expect(down.text).toContain('PostgreSQL')
  proxy.setMode({ kind: 'pass' })
  await eventually(async () => expect((await get(app.url, '/readyz')).text).toContain('weir migrate'))
  await migrate(bench.db, bench.layout)
  await eventually(async () => expect((await get(app.url, '/readyz')).status).toBe(200))
  await eventually(async () => expect(await bench.ticksInPostgres()).toEqual({ AAPL: 7 }))
})

it('a PostgreSQL that goes and comes back costs nothing, and health tells of it', async () => {
  await using bench = await openSyncBench()
  await using proxy = await FaultProxy.start(bench.databaseUrl)
  const app = bench.app(await bench.config({ DATABASE_URL: proxy.url }))
  await app.start()
  await bench.feed(ticksOf('AAPL', 7))
  await eventually(async () => expect(await bench.ticksInPostgres()).toEqual({ AAPL: 7 }))
  proxy.setMode({ kind: 'refuse' })
  proxy.resetAll()
  await bench.feed(ticksOf('AAPL', 3, 7))
  await eventually(async () => expect((await get(app.url, '/readyz')).status).toBe(503))
  const told = {
    status: 'failing',
    dirty_items_count: 1,
    last_error: { message: expect.stringContaining('PostgreSQL') },
  }
  await eventually(async () => expect((await get(app.url, '/health')).json()).toMatchObject(told))
  expect((await get(app.url, '/health')).json().sync_failure_count).toBeGreaterThan(0)
  proxy.setMode({ kind: 'pass' })
  await eventually(async () => expect(await bench.ticksInPostgres()).toEqual({ AAPL: 10 }))
  await eventually(async () => expect((await get(app.url, '/readyz')).status).toBe(200))
})

it('health tells how much waits, what was written, and what the disk of Redis promises', async () => {
  await using bench = await openSyncBench()
  const app = bench.app()
  await app.start()
  await bench.feed(ticksOf('AAPL', 7))
  await eventually(async () =>
    expect((await get(app.url, '/health')).json()).toMatchObject({ updates_landed: 7, rows_written: 1 }),
  )
  expect((await get(app.url, '/health')).json()).toMatchObject({
    status: 'ok',
    dirty_items_count: expect.any(Number),
    memory_buffer_size: expect.any(Number),
    memory_usage_mb: expect.any(Number),
    oldest_dirty_age_seconds: expect.any(Number),
    write_reduction_ratio: 7,
    sync_failure_count: 0,
    last_sync_success: expect.stringMatching(/Z$/),
    redis_persistence: 'aof always',
    maxmemory_policy: 'noeviction',
    durability: 'promised',
  })
})

it('the queues can be looked at by whoever may read, and not be touched', async () => {
  await using bench = await openSyncBench()
  const app = bench.app(await bench.config({ WEIR_TOKENS: `read:${READ_TOKEN},ingest:${INGEST_TOKEN}` }))
  await app.start()
  expect(await get(app.url, '/', READ_TOKEN)).toMatchObject({ status: 302, location: '/queues' })
  expect((await get(app.url, '/queues')).status).toBe(401)
  expect((await get(app.url, '/queues', INGEST_TOKEN)).status).toBe(403)
  expect((await get(app.url, '/queues', READ_TOKEN)).text).toContain('<title>')
  const queues = await get(app.url, '/queues/api/queues', READ_TOKEN)
  expect(queues.json()).toMatchObject({ queues: [{ name: 'weir-sync', readOnlyMode: true }] })
  const paused = await fetch(`${app.url}/queues/api/queues/weir-sync/pause`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${READ_TOKEN}` },
  })
  expect(paused.status).toBe(405)
})

it('without a database to sync to, rows stay in Redis and health says so', async () => {
  await using bench = await openSyncBench()
  const app = bench.app(await bench.config({ ENABLE_DATABASE_SYNC: 'false', DATABASE_URL: '' }))
  await app.start()
  await bench.feed(ticksOf('AAPL', 7))
  await eventually(async () =>
    expect((await get(app.url, '/health')).json()).toMatchObject({ status: 'disabled', dirty_items_count: 1 }),
  )
  expect((await get(app.url, '/readyz')).status).toBe(200)
  expect((await get(app.url, '/')).location).toBe('/health')
  await app.stop()
  expect(await bench.ticksInPostgres()).toEqual({})
})
