// Goal: rows of two Redis histories are never mixed, lost, or taken for synced. Method: the shard's meta is told
// another run id, as it looks after a restart; periods are dropped and come back.
import { asideField, originTimeUs, type RowName } from '@weir/accumulator'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectTestRedis, openTestStore, PERIOD, rowValue, SHARD, tickCall } from './redis-store.fixture.ts'

const ALL = { rowsMax: 100, skip: 0 }
const ACME = { kind: 'keys', keys: ['ACME'] } as const

let redis: Redis

beforeAll(async () => {
  redis = await connectTestRedis()
})

afterAll(() => redis.quit())

describe('a new history', () => {
  it('starts the sums of a clean row again and goes on with its extremes', async () => {
    const { store, keys, applyTicks } = openTestStore(redis)
    await applyTicks([{ price: 5n, volume: 10n }])
    await store.acknowledge(SHARD, 'sessions', await store.snapshot(SHARD, 'sessions', ALL))
    await redis.hset(keys.meta, 'run_id', 'another')
    await applyTicks([{ price: 3n, volume: 1n }])
    const { rows } = await store.readRows(SHARD, 'sessions', PERIOD, ACME)
    expect(rows.map(({ field, row }) => [field, row.updates, rowValue(row, 'volume'), rowValue(row, 'high')])).toEqual([
      ['ACME', 1, 1, 5],
    ])
  })

  it('sets a dirty row aside for each history it was touched in, and the sync drains them all', async () => {
    const { store, keys, applyTicks } = openTestStore(redis)
    const origins: string[] = []
    for (const runId of ['first', 'second', 'third']) {
      origins.push((await applyTicks([{ price: 5n, volume: 10n }])).origin)
      await redis.hset(keys.meta, 'run_id', runId)
    }
    const asides = origins.slice(0, 2).map((origin) => asideField('ACME', origin))
    const whole = await store.snapshot(SHARD, 'sessions', ALL)
    expect(whole.rows.map(({ field }) => field)).toEqual([...asides, 'ACME'])

    await store.acknowledge(SHARD, 'sessions', { ...whole, rows: whole.rows.slice(0, 1) })
    const named = await store.snapshot(SHARD, 'sessions', { ...ALL, only: [{ period: PERIOD, key: 'ACME' }] })
    expect(named.rows.map(({ field }) => field)).toEqual(['ACME', asides[1]])
    expect(await store.acknowledge(SHARD, 'sessions', named)).toEqual({ cleaned: 2, moved: 0 })
    expect(await redis.exists(keys.dirty('sessions'), keys.aside('sessions'))).toBe(0)
    expect(await redis.hkeys(keys.rows('sessions', PERIOD))).toEqual(['ACME'])
  })

  it('leaves a row in quarantine there under its old origin, and starts a new one beside it', async () => {
    const { store, keys, applyTicks } = openTestStore(redis)
    const { origin } = await applyTicks([{ price: 5n, volume: 10n }])
    const refused = { period: PERIOD, field: 'ACME', origin, code: '23514', message: 'no: never' }
    const outcome = await store.quarantine(SHARD, 'sessions', { rows: [refused], rowsMax: 1 })
    expect(outcome).toEqual({ added: 1, again: 0, left: 0 })
    expect((await store.snapshot(SHARD, 'sessions', ALL)).rows).toEqual([])
    const { dirty, quarantined, oldestDirtyUs = 0, oldestDrainableUs, timeUs } = await store.readDepth(SHARD)
    expect({ dirty, quarantined, oldestDrainableUs }).toEqual({
      dirty: { sessions: 1 },
      quarantined: { sessions: 1 },
      oldestDrainableUs: undefined,
    })
    expect(timeUs - oldestDirtyUs).toBeLessThan(10_000_000)

    await redis.hset(keys.meta, 'run_id', 'another')
    await applyTicks([{ price: 5n, volume: 1n }])
    const field = asideField('ACME', origin)
    const kept = await store.readQuarantine(SHARD, 'sessions')
    expect(kept).toMatchObject([{ field, key: 'ACME', dirtySinceUs: oldestDirtyUs, refusal: { message: 'no: never' } }])
    expect((await store.snapshot(SHARD, 'sessions', ALL)).rows.map((row) => row.field)).toEqual(['ACME'])
    const named = await store.snapshot(SHARD, 'sessions', { ...ALL, only: [{ period: PERIOD, key: 'ACME' }] })
    expect(await store.acknowledge(SHARD, 'sessions', named)).toEqual({ cleaned: 2, moved: 0 })
    expect(await store.readQuarantine(SHARD, 'sessions')).toEqual([])
    expect(await redis.exists(keys.quarantine('sessions'), keys.dirty('sessions'))).toBe(0)
  })

  it('keeps a row made anew after a wipe as dirty as it is, whatever an older snapshot says', async () => {
    const { store, keys, applyTicks } = openTestStore(redis)
    await applyTicks([{ price: 5n, volume: 10n }])
    // The lost server's clock was ahead.
    await redis.hset(keys.meta, 'clock', String(2 ** 52))
    const older = await store.snapshot(SHARD, 'sessions', ALL)
    await redis.del(keys.meta, keys.periods, keys.dirty('sessions'), keys.rows('sessions', PERIOD))
    await applyTicks([{ price: 7n, volume: 1n }])
    const before = await redis.zscore(keys.dirty('sessions'), `${PERIOD}:ACME`)
    expect(await store.acknowledge(SHARD, 'sessions', older)).toEqual({ cleaned: 0, moved: 1 })
    expect(await redis.zscore(keys.dirty('sessions'), `${PERIOD}:ACME`)).toBe(before)
  })
})

describe('a shard that was wiped', () => {
  it('opens only when it is restored whole, with each mark the highest known', async () => {
    const { store, keys } = openTestStore(redis)
    const closed = { ...tickCall(1, []), openUnrestored: false }
    expect((await store.apply(SHARD, closed)).kind).toBe('unopened')
    const marks = new Map(Array.from({ length: 2500 }, (_, index) => [`feed ${index}`, index + 1]))
    await store.restore(SHARD, { marks, floors: new Map([['sessions', PERIOD]]) })
    const older = new Map([['feed 2000', 5]])
    await store.restore(SHARD, { marks: older, floors: new Map([['sessions', PERIOD - 1]]) })
    expect((await store.apply(SHARD, closed)).kind).toBe('applied')
    expect((await store.readCoverage(SHARD)).marks).toEqual(marks)
    expect(await redis.hmget(keys.meta, 'restored', 'floor:sessions')).toEqual(['1', String(PERIOD)])
  })
})

describe('a row whose period was dropped', () => {
  it('is looked for in PostgreSQL, and goes on from its extremes under an origin of its own', async () => {
    const { store, applyTicks } = openTestStore(redis)
    const { origin } = await applyTicks([{ price: 9n, volume: 10n }])
    const { rows } = await store.snapshot(SHARD, 'sessions', ALL)
    await store.acknowledge(SHARD, 'sessions', await store.snapshot(SHARD, 'sessions', ALL))
    const [record] = (await store.readCoverage(SHARD)).periods
    if (record === undefined) throw new Error('a touched period has its record')
    expect(await store.drop(SHARD, { record, idleUs: 0, endUs: 0 })).toBe(true)

    const call = tickCall(2, [{ price: 4n, volume: 1n }])
    const name: RowName = { accumulator: 'sessions', period: PERIOD, key: 'ACME' }
    expect(await store.apply(SHARD, call)).toEqual({ kind: 'unseeded', rows: [name] })
    const seeds = { kind: 'known', rows: [{ ...name, row: rows[0]?.row }] } as const
    expect(await store.apply(SHARD, { ...call, seeds })).toMatchObject({ kind: 'applied', origin })
    const [found] = (await store.readRows(SHARD, 'sessions', PERIOD, ACME)).rows
    expect(originTimeUs(found?.row.origin ?? '')).toBeGreaterThan(originTimeUs(origin))
    expect([found?.row.updates, rowValue(found?.row, 'volume'), rowValue(found?.row, 'high')]).toEqual([1, 1, 9])
  })
})

it('a period record that somebody overwrote is named, with what to do', async () => {
  const { store, keys, applyTicks } = openTestStore(redis)
  await applyTicks([{ price: 5n, volume: 10n }])
  await redis.hset(keys.periods, `sessions:${PERIOD}`, 'garbage')
  await expect(store.readCoverage(SHARD)).rejects.toThrow(
    new RegExp(`the record of period sessions:${PERIOD} in Redis is none`),
  )
})
