// Goal: a call is applied once and whole, or not at all, whatever becomes of its reply, its script or the server's
// memory. Method: a connection that loses replies after the script ran, SCRIPT FLUSH, refusals of each kind.
import { type ApplyCall, createLayout, sessionsAccumulator } from '@weir/accumulator'
import { dumpRedis, FaultProxy, testRedisUrl } from '@weir/testkit'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureLayoutRecord } from './layout-record.ts'
import {
  connectTestRedis,
  openTestStore,
  PERIOD,
  SHARD,
  testLayout,
  tickCall,
  tickParts,
} from './redis-store.fixture.ts'

const INT64_MAX = 2n ** 63n - 1n
const TICK = { price: 5n, volume: 10n }

let redis: Redis

beforeAll(async () => {
  redis = await connectTestRedis()
})

afterAll(() => redis.quit())

describe('a reply that is lost', () => {
  it('leaves the call applied once, and a resend in its lane gets the same verdicts', async () => {
    await using proxy = await FaultProxy.start(testRedisUrl())
    const behindProxy = await connectTestRedis(proxy.url)
    const { store, keys } = openTestStore(behindProxy)
    await store.apply(SHARD, tickCall(1, [TICK]))
    const call: ApplyCall = {
      ...tickCall(2, [TICK]),
      segments: [
        {
          mark: { kind: 'producer', name: 'feed', first: 1, last: 3, home: true },
          parts: tickParts([TICK, TICK, TICK]),
        },
        { mark: { kind: 'producer', name: 'feed', first: 3, last: 4, home: true }, parts: tickParts([TICK, TICK]) },
        { mark: { kind: 'once', name: 'key', ttlMs: 60_000 }, parts: tickParts([TICK]) },
      ],
    }
    proxy.cutReplies(1)
    await expect(store.apply(SHARD, call)).rejects.toMatchObject({ code: 'WEIR_STORE_UNREACHABLE' })
    expect(proxy.lostReplies).toBe(1)

    await expect.poll(() => behindProxy.status).toBe('ready')
    const before = await dumpRedis(redis, `${keys.meta.slice(0, -4)}*`)
    const resent = await store.apply(SHARD, { ...call, candidate: 'ffffffffffffffff' })
    const verdicts = [{ kind: 'applied' }, { kind: 'overlap', mark: 3 }, { kind: 'applied' }]
    expect(resent).toMatchObject({ kind: 'applied', verdicts, dirty: 1 })
    expect(await dumpRedis(redis, `${keys.meta.slice(0, -4)}*`)).toEqual(before)
    const [found] = (await store.readRows(SHARD, 'sessions', PERIOD, { kind: 'keys', keys: ['ACME'] })).rows
    expect(found?.row.updates).toBe(5)
    behindProxy.disconnect()
  })
})

describe('a script that the server forgot', () => {
  it('is sent whole and applied', async () => {
    const { store, applyTicks } = openTestStore(redis)
    await applyTicks([TICK])
    await redis.script('FLUSH')
    await applyTicks([TICK])
    const [found] = (await store.readRows(SHARD, 'sessions', PERIOD, { kind: 'keys', keys: ['ACME'] })).rows
    expect(found?.row.updates).toBe(2)
  })
})

describe('a call that is refused', () => {
  it.each([
    ['unopened', { ...tickCall(2, [TICK]), openUnrestored: false }, 'wiped'],
    ['stale', tickCall(0, [TICK]), 'as it was'],
    ['overflow', tickCall(2, [{ ...TICK, volume: INT64_MAX }]), 'as it was'],
    ['unseeded', tickCall(2, [{ ...TICK, symbol: 'NEW' }]), 'with a floor'],
  ] as const)('as %s writes nothing', async (kind, call, state) => {
    const { store, keys, applyTicks } = openTestStore(redis)
    await applyTicks([TICK])
    if (state === 'wiped') await redis.del(keys.meta)
    if (state === 'with a floor') await redis.hset(keys.meta, 'floor:sessions', String(PERIOD))
    const pattern = `${keys.meta.slice(0, -4)}*`
    const before = await dumpRedis(redis, pattern)
    const producer = { kind: 'producer', name: 'feed', first: 1, last: 1, home: true } as const
    const first = { mark: producer, parts: tickParts([{ ...TICK, volume: 1n }]) }
    const outcome = await store.apply(SHARD, { ...call, segments: [first, ...call.segments] })
    expect(outcome.kind).toBe(kind)
    expect(await dumpRedis(redis, pattern)).toEqual(before)
  })

  it('because of another layout names the differences and writes nothing', async () => {
    const { keys, keyPrefix, applyTicks } = openTestStore(redis)
    await ensureLayoutRecord(redis, keyPrefix, testLayout)
    await applyTicks([TICK])
    const finer = sessionsAccumulator({ priceDigits: 8, volumeDigits: 0, zone: 'America/New_York' })
    const other = openTestStore(redis, createLayout({ shards: 4, accumulators: [finer] }), keyPrefix)
    const before = await dumpRedis(redis, `${keys.meta.slice(0, -4)}*`)
    await expect(other.store.apply(SHARD, tickCall(2, [TICK]))).rejects.toMatchObject({
      code: 'WEIR_LAYOUT_CHANGED',
      retryable: false,
      message: expect.stringMatching(/inputs is .*"price":4.* in the store and .*"price":8.* here/),
    })
    await expect(other.store.snapshot(SHARD, 'sessions', { rowsMax: 1, skip: 0 })).rejects.toMatchObject({
      code: 'WEIR_LAYOUT_CHANGED',
    })
    expect(await dumpRedis(redis, `${keys.meta.slice(0, -4)}*`)).toEqual(before)
  })
})

describe('a call of very many rows', () => {
  it('is applied, read and acknowledged whole', async () => {
    const { store, applyTicks } = openTestStore(redis)
    const ticks = Array.from({ length: 12_000 }, (_, index) => ({ ...TICK, symbol: `S${index}` }))
    expect((await applyTicks(ticks)).dirty).toBe(12_000)
    const snapshot = await store.snapshot(SHARD, 'sessions', { rowsMax: 20_000, skip: 0 })
    expect(snapshot.rows.length).toBe(12_000)
    const names = snapshot.rows.map(({ period, key }) => ({ period, key }))
    const named = await store.snapshot(SHARD, 'sessions', { rowsMax: 1, skip: 0, only: names })
    expect(named.rows.length).toBe(12_000)
    expect(await store.acknowledge(SHARD, 'sessions', snapshot)).toEqual({ cleaned: 12_000, moved: 0 })
    expect(await store.markDirty(SHARD, 'sessions', PERIOD)).toBe(12_000)
    expect((await store.readDepth(SHARD)).dirty).toEqual({ sessions: 12_000 })
    const page = await store.readRows(SHARD, 'sessions', PERIOD, { kind: 'keys', keys: names.map(({ key }) => key) })
    expect(page.rows.every(({ dirty, row }) => dirty && row.updates === 1)).toBe(true)
  })

  it('of very many producers keeps every mark', async () => {
    const { store } = openTestStore(redis)
    const segments = Array.from({ length: 6000 }, (_, index) => {
      const mark = { kind: 'producer', name: `feed ${index}`, first: 1, last: index + 1, home: false } as const
      return { mark, parts: [] }
    })
    const call = { ...tickCall(1, []), segments }
    expect(await store.apply(SHARD, call)).toMatchObject({ kind: 'applied' })
    const { marks } = await store.readCoverage(SHARD)
    expect(marks.size).toBe(6000)
    expect(await store.readMark(SHARD, 'feed 5999')).toBe(6000)
    expect((await store.apply(SHARD, { ...call, lane: { name: 'test', sequence: 2 } })).kind).toBe('applied')
  })
})

describe('a sequence number', () => {
  it('is kept exactly up to the largest integer of a double', async () => {
    const { store } = openTestStore(redis)
    const last = Number.MAX_SAFE_INTEGER
    const mark = { kind: 'producer', name: 'feed', first: last, last, home: false } as const
    await store.apply(SHARD, { ...tickCall(1, []), segments: [{ mark, parts: [] }] })
    expect(await store.readMark(SHARD, 'feed')).toBe(last)
  })
})
