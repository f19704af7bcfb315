// Goal: what is promised of a full Redis, a killed one and a cluster. Method: a Redis of each test's own.
import { freePort } from '@weir/testkit'
import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { startOwnServer } from './own-server.fixture.ts'
import { openTestStore, PERIOD, rowValue, SHARD, tickCall, tickParts } from './redis-store.fixture.ts'

const TICK = { price: 5n, volume: 10n }
const ALL = { rowsMax: 1000, skip: 0 }

describe('a Redis that is out of memory', () => {
  it('takes no ticks, claims or restores, and still drains', async () => {
    await using server = await startOwnServer()
    const { store, applyTicks } = openTestStore(server.redis)
    await applyTicks([TICK])
    await store.claimKey(SHARD, { key: 'open', digest: 'd', ttlMs: 60_000 })
    await server.redis.config('SET', 'maxmemory', '1kb')

    const full = { code: 'WEIR_STORE_FULL', retryable: true }
    await expect(store.apply(SHARD, tickCall(2, [TICK]))).rejects.toMatchObject(full)
    await expect(store.claimKey(SHARD, { key: 'new', digest: 'd', ttlMs: 60_000 })).rejects.toMatchObject(full)
    await expect(store.restore(SHARD, { marks: new Map([['feed', 1]]), floors: new Map() })).rejects.toMatchObject(full)

    await store.answerKey(SHARD, 'open', 'answer', 60_000)
    const snapshot = await store.snapshot(SHARD, 'sessions', ALL)
    expect(await store.acknowledge(SHARD, 'sessions', snapshot)).toEqual({ cleaned: 1, moved: 0 })
    const [record] = (await store.readCoverage(SHARD)).periods
    expect(record).toMatchObject({ dirty: 0, accepted: 1 })
    expect(await store.drop(SHARD, { record: record as NonNullable<typeof record>, idleUs: 0, endUs: 0 })).toBe(true)
    expect(await store.forgetLanes(SHARD, 0)).toBe(1)

    await server.redis.config('SET', 'maxmemory', '0')
    expect((await store.apply(SHARD, tickCall(2, [{ ...TICK, symbol: 'NEXT' }]))).kind).toBe('unseeded')
  })
})

describe('a Redis that is killed', () => {
  it('comes back with every applied tick, under a new origin that mixes with no older sum', async () => {
    await using server = await startOwnServer()
    const { store, keys, applyTicks } = openTestStore(server.redis)
    const before = await applyTicks([TICK])
    const snapshot = await store.snapshot(SHARD, 'sessions', ALL)
    await server.crash()
    await expect.poll(() => server.redis.status, { timeout: 10_000 }).toBe('ready')

    expect(await store.durabilityOf(snapshot.receipt)).toMatchObject({ kind: 'broken' })
    const after = await applyTicks([TICK])
    expect(after.origin > before.origin).toBe(true)
    const { rows } = await store.readRows(SHARD, 'sessions', PERIOD, { kind: 'keys', keys: ['ACME'] })
    expect(rows.map(({ row }) => [row.origin, rowValue(row, 'volume')])).toEqual([
      [after.origin, 10],
      [before.origin, 10],
    ])
    expect(await store.acknowledge(SHARD, 'sessions', snapshot)).toEqual({ cleaned: 0, moved: 1 })
    expect(await server.redis.zcard(keys.dirty('sessions'))).toBe(2)
  })
})

describe('a Redis that becomes a replica', () => {
  it('takes no ticks, and when it is promoted goes on as a new history', async () => {
    await using server = await startOwnServer()
    const { store, applyTicks } = openTestStore(server.redis)
    const before = await applyTicks([TICK])
    await server.redis.config('SET', 'replica-serve-stale-data', 'yes')
    await server.redis.replicaof('127.0.0.1', '1')
    await expect(store.apply(SHARD, tickCall(2, [TICK]))).rejects.toMatchObject({
      code: 'WEIR_STORE_READ_ONLY',
      retryable: true,
    })
    // The refusal made the client connect anew: the name might have led to the new master.
    await expect.poll(() => server.redis.replicaof('NO', 'ONE').catch(() => 'not yet')).toBe('OK')
    const after = await applyTicks([TICK])
    expect(after.origin > before.origin).toBe(true)
  })
})

describe('a Redis Cluster node', () => {
  it('finds every key of every script in one slot', async () => {
    const busPort = String(await freePort())
    await using server = await startOwnServer({
      extraArguments: ['--cluster-enabled', 'yes', '--cluster-port', busPort],
    })
    await server.redis.call('CLUSTER', ['ADDSLOTSRANGE', '0', '16383'])
    await expect.poll(() => server.redis.call('CLUSTER', ['INFO']), { timeout: 15_000 }).toContain('cluster_state:ok')
    const { store, keys } = openTestStore(server.redis)
    const segments = [
      { mark: { kind: 'producer', name: 'feed', first: 1, last: 1, home: true } as const, parts: tickParts([TICK]) },
      { mark: { kind: 'once', name: 'a key', ttlMs: 60_000 } as const, parts: tickParts([{ ...TICK, symbol: 'B' }]) },
    ]
    await store.apply(SHARD, { ...tickCall(1, []), openUnrestored: false })
    await store.restore(SHARD, { marks: new Map([['other', 7]]), floors: new Map([['sessions', 1]]) })
    await store.apply(SHARD, { ...tickCall(1, []), segments })
    await server.redis.hset(keys.meta, 'run_id', 'another')
    await store.apply(SHARD, { ...tickCall(2, [TICK]) })
    const only = [{ period: PERIOD, key: 'ACME' }]
    await store.acknowledge(SHARD, 'sessions', await store.snapshot(SHARD, 'sessions', { ...ALL, only }))
    await store.acknowledge(SHARD, 'sessions', await store.snapshot(SHARD, 'sessions', ALL))
    await store.markDirty(SHARD, 'sessions', PERIOD)
    await store.readRows(SHARD, 'sessions', PERIOD, { kind: 'page', cursor: '0', rowsMax: 10 })
    await store.readRows(SHARD, 'sessions', PERIOD, { kind: 'keys', keys: ['ACME'] })
    await store.claimKey(SHARD, { key: 'k', digest: 'd', ttlMs: 1000 })
    await store.answerKey(SHARD, 'k', 'answer', 1000)
    await store.readDepth(SHARD)
    const { periods } = await store.readCoverage(SHARD)
    for (const record of periods) await store.drop(SHARD, { record, idleUs: 0, endUs: 0 })
    await store.forgetLanes(SHARD, 0)
    expect(periods.length).toBe(2)
  })
})

describe('a snapshot on a disk', () => {
  it('under appendfsync always is durable at once', async () => {
    await using server = await startOwnServer({ appendfsync: 'always' })
    const { store, applyTicks } = openTestStore(server.redis)
    await applyTicks([TICK])
    const { receipt } = await store.snapshot(SHARD, 'sessions', ALL)
    expect(await store.durabilityOf(receipt)).toEqual({ kind: 'durable' })
  })

  it('under appendfsync everysec waits for its age first', async () => {
    await using server = await startOwnServer({ appendfsync: 'everysec' })
    const { store, applyTicks } = openTestStore(server.redis)
    await applyTicks([TICK])
    const { receipt } = await store.snapshot(SHARD, 'sessions', ALL)
    const young = await store.durabilityOf(receipt)
    expect(young.kind === 'pending' && young.waitMs > 2000 && young.waitMs <= 3000).toBe(true)
    const old = { ...receipt, takenAtUs: receipt.takenAtUs - 3_000_000 }
    await expect.poll(() => store.durabilityOf(old)).toEqual({ kind: 'durable' })
  })

  it('is not promised by a server that forbids CONFIG and gives no hint', async () => {
    await using server = await startOwnServer()
    await server.redis.acl('SETUSER', 'managed', 'on', '>secret', '~*', '+@all', '-config')
    const managed = new Redis(server.url.replace(/:\/\/[^@]*@/, '://managed:secret@'))
    const { store, applyTicks } = openTestStore(managed)
    await applyTicks([TICK])
    const { receipt } = await store.snapshot(SHARD, 'sessions', ALL)
    expect(await store.durabilityOf(receipt)).toMatchObject({ kind: 'unpromised' })
    managed.disconnect()
  })
})
