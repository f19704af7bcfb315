// Goal: what a newcomer does with one terminal works: start everything, replay, sync, verify, inspect, stop, start again.
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { shardOf } from '@weir/accumulator'
import { connectPostgres, type Postgres } from '@weir/postgres'
import { connectRedis, redisKeys, redisReady } from '@weir/redis'
import { removePostgresData } from '@weir/servers'
import { parseSettings } from '@weir/service'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type RunningUp, runWeir, startUp, weirSucceeds } from '../testing/run-weir.ts'

const TICKS = 20_000
const SYMBOLS = 40
const { SHARDS } = parseSettings(['SHARDS'], {})
const START_LIMIT_MS = 120_000
/** Its first tick is on this New York day, and so are all. */
const PERIOD = '2024-03-04'

let folder: string
let dataDir: string
let file: string
let weir: RunningUp

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-up-'))
  // PostgreSQL may run as another user of the system, who has to pass through here.
  await chmod(folder, 0o755)
  dataDir = join(folder, 'data')
  file = join(folder, 'market.csv.gz')
  await weirSucceeds(['generate', '--ticks', `${TICKS}`, '--symbols', `${SYMBOLS}`, '--out', file])
  // A sync that begins by itself would take rows that a test has asked for.
  weir = await startUp(['--port', '0', '--data-dir', dataDir], { SESSION_ACCUMULATION_INTERVAL: '3600' })
}, START_LIMIT_MS)

afterAll(async () => {
  await weir?.stop()
  await removePostgresData(join(dataDir, 'postgres'), () => {})
  await rm(folder, { recursive: true, force: true })
}, START_LIMIT_MS)

const run = (...argumentList: string[]) => weirSucceeds([...argumentList, '--data-dir', dataDir])
const attempt = (...argumentList: string[]) => runWeir([...argumentList, '--data-dir', dataDir])

it('says once that it is ready, and where', async () => {
  expect(weir.stdout().trimEnd().split('\n')).toHaveLength(1)
  expect(weir.ready).toMatchObject({
    event: 'ready',
    ingest: expect.stringMatching(/^http:/),
    dashboard: expect.stringMatching(/^http:/),
  })
  for (const url of [weir.ready.ingest, weir.ready.dashboard]) {
    const response = await fetch(`${url}/readyz`)
    expect(response.status).toBe(200)
    await response.arrayBuffer()
  }
  expect((await fetch(`${weir.ready.dashboard}/queues`)).status).toBe(200)
})

it('leaves its addresses to other commands of this user alone', async () => {
  const path = join(dataDir, 'run.json')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ ingest: weir.ready.ingest, redis: weir.ready.redis })
})

it('replays a file once, whatever the batch size', async () => {
  const first = await run('replay', file, '--batch', '500', '--json')
  expect(first.json()).toMatchObject({
    ticks: TICKS,
    accepted: TICKS,
    duplicates: 0,
    rejected: 0,
    seconds: expect.any(Number),
  })
  const again = await run('replay', file, '--batch', '7777', '--json')
  expect(again.json()).toMatchObject({ ticks: TICKS, accepted: 0, duplicates: TICKS })
})

it('syncs on demand, and verifies', async () => {
  const synced = await run('sync', '--json')
  expect(synced.json()).toMatchObject({
    rows: expect.any(Number),
    rounds: expect.any(Number),
    seconds: expect.any(Number),
  })
  const verified = await run('verify', '--json')
  const whole = { accepted: TICKS, written: TICKS, pending: 0 }
  expect(verified.json()).toMatchObject({
    ok: true,
    accumulators: [
      { accumulator: 'sessions', ...whole },
      { accumulator: 'market', ...whole },
    ],
  })
  const status = await run('status', '--json')
  expect(status.json()).toMatchObject({
    redis: {
      persistence: 'aof always',
      accumulators: [
        { accumulator: 'sessions', dirty: 0, periods: 1, newestPeriod: PERIOD },
        { accumulator: 'market', dirty: 0 },
      ],
    },
    postgres: { accumulators: [{ accumulator: 'sessions', rows: SYMBOLS }, { accumulator: 'market' }] },
    worker: { kind: 'answers', status: 'ok' },
  })
})

it('sends every row again when asked to', async () => {
  const synced = await run('sync', '--all', '--accumulator', 'sessions', '--json')
  expect(synced.json()).toMatchObject({ rows: SYMBOLS })
})

it('shows a symbol in both stores, in human units', async () => {
  const inspected = await run('inspect', 'SYM00000', '--json')
  const { rows } = inspected.json<{
    rows: { period: string; parts: { dirty: boolean; redis: object; postgres: object }[] }[]
  }>()
  expect(rows).toMatchObject([{ accumulator: 'sessions', period: PERIOD, parts: [{ dirty: false }] }])
  expect(rows[0]?.parts[0]?.redis).toEqual(rows[0]?.parts[0]?.postgres)
  expect(rows[0]?.parts[0]?.redis).toMatchObject({
    high: expect.stringMatching(/^\d+\.\d{4}$/),
    open_time: expect.stringMatching(/^2024-03-04T/),
  })
  const text = await run('inspect', 'SYM00000', '--period', PERIOD)
  expect(text.stdout).toMatch(/clean: PostgreSQL has it/)
  const unknown = await attempt('inspect', 'NOSUCH')
  expect(unknown).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('neither Redis nor PostgreSQL has a row of "NOSUCH"'),
  })
})

it('finds a row that somebody changed in PostgreSQL', async () => {
  const change = (by: number) =>
    withPostgres((db) => sql`update session_parts set volume = volume + ${by} where symbol = 'SYM00003'`.execute(db))
  await change(7)
  const verified = await attempt('verify')
  expect(verified.code).toBe(1)
  expect(verified.stdout).toMatch(/GAP sessions 2024-03-04 SYM00003 .*\n\s+volume: Redis \d+, PostgreSQL \d+\n/)
  await change(-7)
  await run('verify')
})

it('finds a row that somebody changed in Redis', async () => {
  const symbol = 'SYM00004'
  await changeRedisRow(symbol, (packed) =>
    packed.writeUInt8(packed.readUInt8(packed.length - 1) ^ 1, packed.length - 1),
  )
  const verified = await attempt('verify', '--json')
  expect(verified.code).toBe(1)
  expect(verified.json()).toMatchObject({
    ok: false,
    gaps: [
      {
        kind: 'row',
        accumulator: 'sessions',
        periodText: PERIOD,
        key: symbol,
        fields: [{ field: 'previous_price', redis: expect.any(String), postgres: expect.any(String) }],
      },
    ],
  })
  await changeRedisRow(symbol, (packed) =>
    packed.writeUInt8(packed.readUInt8(packed.length - 1) ^ 1, packed.length - 1),
  )
  await run('verify')
})

it('refuses a second start on the same data, and a port in use, in one line', async () => {
  const second = await runWeir(['up', '--port', '0', '--data-dir', dataDir])
  expect(second).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^weir: .*data is in use by process \d+.*\n$/),
  })
  const { port } = new URL(weir.ready.ingest)
  const taken = await runWeir(['up', '--port', port, '--data-dir', join(folder, 'other')])
  expect(taken).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(new RegExp(`^weir: port ${port} .*in use.*\\n$`)),
  })
})

it('starts its Redis again on the same port when it crashes, with everything in it', async () => {
  const redisPid = async () => Number(await readFile(join(dataDir, 'redis', 'redis.pid'), 'utf8'))
  const crashed = await redisPid()
  process.kill(crashed, 'SIGKILL')
  await vi.waitFor(async () => expect(await redisPid()).not.toBe(crashed), { timeout: 20_000 })
  expect(weir.stderr()).toContain('redis: ended unexpectedly (signal SIGKILL), starting it again')
  const replayed = await run('replay', file, '--json')
  expect(replayed.json()).toMatchObject({ accepted: 0, duplicates: TICKS })
})

it('stops in order, and finds its data at the next start', { timeout: START_LIMIT_MS }, async () => {
  expect(await weir.stop()).toBe(0)
  expect(weir.stdout().trimEnd().split('\n')).toHaveLength(1)
  await expect(stat(join(dataDir, 'run.json'))).rejects.toThrow('ENOENT')
  expect(await attempt('status')).toMatchObject({ code: 69, stderr: expect.stringContaining('no `weir up` runs on') })
  weir = await startUp(['--port', '0', '--data-dir', dataDir, '--replay', file])
  await vi.waitFor(() => expect(weir.stderr()).toContain('known already'), { timeout: 20_000 })
  const verified = await run('verify', '--json')
  expect(verified.json()).toMatchObject({ ok: true, accumulators: [{ accepted: TICKS }, { accepted: TICKS }] })
})

it('feeds a synthetic market until it is stopped, which verifies while it runs', {
  timeout: START_LIMIT_MS,
}, async () => {
  expect(await weir.stop()).toBe(0)
  weir = await startUp(['--port', '0', '--data-dir', dataDir, '--demo'])
  const accepted = async () =>
    ((await (await fetch(`${weir.ready.ingest}/health`)).json()) as { accepted: number }).accepted
  await vi.waitFor(async () => expect(await accepted()).toBeGreaterThan(5000), { timeout: 30_000 })
  expect((await run('verify', '--json')).json()).toMatchObject({ ok: true })
  expect(await weir.stop()).toBe(0)
})

async function withPostgres(act: (db: Postgres) => Promise<unknown>): Promise<void> {
  const timeouts = {
    statementTimeoutMs: 10_000,
    lockTimeoutMs: 5000,
    idleInTransactionTimeoutMs: 5000,
    connectionTimeoutMs: 5000,
  }
  const db = connectPostgres({ url: weir.ready.postgres, poolMax: 2, ...timeouts })
  try {
    await act(db)
  } finally {
    await db.destroy()
  }
}

async function changeRedisRow(symbol: string, change: (packed: Buffer) => void): Promise<void> {
  const redis = connectRedis({ url: weir.ready.redis, purpose: 'test', commandTimeoutMs: 5000 })
  try {
    await redisReady(redis, AbortSignal.timeout(5000))
    const day = Date.parse(PERIOD) / 86_400_000
    const key = redisKeys('weir').shard(shardOf(symbol, SHARDS)).rows('sessions', day)
    const packed = await redis.hgetBuffer(key, symbol)
    expect(packed).not.toBeNull()
    change(packed as Buffer)
    await redis.hset(key, symbol, packed as Buffer)
  } finally {
    redis.disconnect()
  }
}
