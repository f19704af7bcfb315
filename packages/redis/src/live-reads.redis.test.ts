// Goal: live reads see every row of a period, of all histories, and tell what is no row.
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectTestRedis, openTestStore, PERIOD, SHARD } from './redis-store.fixture.ts'

const ALL = { rowsMax: 100, skip: 0 }

let redis: Redis

beforeAll(async () => {
  redis = await connectTestRedis()
})
afterAll(() => redis.quit())

describe('a live read', () => {
  it('finds the rows of some periods, those set aside too, and each key once', async () => {
    const { store, keys, applyTicks } = openTestStore(redis)
    await applyTicks([
      { symbol: 'ACME', price: 1n, volume: 1n },
      { symbol: 'IBM', price: 1n, volume: 1n },
    ])
    await redis.hset(keys.meta, 'run_id', 'another')
    await applyTicks([{ symbol: 'ACME', price: 2n, volume: 5n }])
    expect((await store.readKeys(SHARD, 'sessions', PERIOD)).sort()).toEqual(['ACME', 'IBM'])
    const { rows, unreadable } = await store.readPeriodRows(SHARD, 'sessions', [PERIOD - 1, PERIOD, PERIOD + 1])
    const named = await store.readRows(SHARD, 'sessions', PERIOD, { kind: 'keys', keys: ['ACME', 'IBM'] })
    const byName = (a: string, b: string) => (a < b ? -1 : 1)
    const texts = (list: typeof rows) => list.map((row) => JSON.stringify(row)).sort(byName)
    expect(rows.length).toBe(3)
    expect(texts(rows)).toEqual(texts(named.rows.map(({ key, row }) => ({ period: PERIOD, key, row }))))
    expect(unreadable).toEqual([])
  })

  it('knows the periods of one accumulator, and which of them PostgreSQL lacks', async () => {
    const { store, keys, applyTicks } = openTestStore(redis)
    expect(await store.readPeriods(SHARD, 'sessions')).toEqual([])
    await applyTicks([{ price: 1n, volume: 1n }])
    await redis.hset(keys.periods, 'sessions_of_others:7', `${'0'.repeat(32)}:1:1:1`)
    expect(await store.readPeriods(SHARD, 'sessions')).toMatchObject([{ period: PERIOD, dirty: 1 }])
    await store.acknowledge(SHARD, 'sessions', await store.snapshot(SHARD, 'sessions', ALL))
    expect(await store.readPeriods(SHARD, 'sessions')).toMatchObject([{ period: PERIOD, dirty: 0, accepted: 1 }])
  })

  it('names what somebody wrote by hand instead of a row', async () => {
    const { store, keys, applyTicks } = openTestStore(redis)
    await applyTicks([{ price: 1n, volume: 1n }])
    await redis.hset(keys.rows('sessions', PERIOD), 'FAKE', 'not packed')
    const { rows, unreadable } = await store.readPeriodRows(SHARD, 'sessions', [PERIOD])
    expect([rows.length, unreadable]).toEqual([1, ['FAKE']])
    expect(await store.readPeriodRows(SHARD, 'sessions', [])).toEqual({ rows: [], unreadable: [] })
  })
})
