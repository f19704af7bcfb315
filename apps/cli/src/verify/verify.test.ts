// Goal: verify finds every difference between what was accepted and what is stored, and calls nothing a gap that only moves.
import { type Row, shardOf } from '@weir/accumulator'
import { redisKeys } from '@weir/redis'
import { MemoryColdStore, MemoryRedis } from '@weir/testkit'
import { describe, expect, it } from 'vitest'
import { DAY, openVerifyBench } from './testing/verify-bench.ts'

const PRICES = [100, 105, 95, 101]

/** As a person at psql would change it: as many updates, another high. */
function withHigherHigh(row: Row): Row {
  const slots = row.slots.slice()
  const highSlot = 2 + 2 + 2 + 4 + 1
  slots[highSlot] = 99_999
  return { ...row, slots }
}

describe('what is right', () => {
  it('is no gap before the first tick', async () => {
    const report = await openVerifyBench().verify()
    expect(report).toMatchObject({ gapsTotal: 0, accumulators: [{ accumulator: 'sessions', periods: 0, accepted: 0 }] })
  })

  it('counts what waits in Redis as pending, and nothing once it is synced', async () => {
    const bench = openVerifyBench()
    await bench.feed('SPY', PRICES)
    await bench.feed('IBM', PRICES, '2024-03-05')
    expect((await bench.verify()).accumulators).toMatchObject([
      { periods: 2, accepted: 8, written: 0, pending: 8, gaps: 0 },
    ])
    await bench.sync()
    await bench.feed('SPY', [99])
    expect((await bench.verify()).accumulators).toMatchObject([
      { accepted: 9, written: 8, pending: 1, rowsCompared: 2, gaps: 0, moving: 0 },
    ])
  })

  it('adds the histories of Redis up', async () => {
    const bench = openVerifyBench()
    await bench.feed('SPY', PRICES)
    bench.hot.redis.runId = 'after-a-restart'
    await bench.feed('SPY', PRICES)
    expect((await bench.verify()).accumulators).toMatchObject([{ accepted: 8, pending: 8, rowsCompared: 2, gaps: 0 }])
    await bench.sync()
    expect((await bench.verify()).accumulators).toMatchObject([{ accepted: 8, written: 8, gaps: 0 }])
  })

  it('counts a period that Redis has dropped by its rows in PostgreSQL', async () => {
    const bench = openVerifyBench()
    await bench.feed('SPY', PRICES)
    await bench.sync()
    const shard = bench.shardOf('SPY')
    for (const record of (await bench.hot.readCoverage(shard)).periods) {
      expect(await bench.hot.drop(shard, { record, idleUs: 0, endUs: 0 })).toBe(true)
    }
    expect((await bench.verify()).accumulators).toMatchObject([{ periods: 1, accepted: 4, rowsCompared: 0, gaps: 0 }])
  })
})

describe('on a live system', () => {
  it('is no gap that ticks come between any two reads', async () => {
    const bench = openVerifyBench()
    await bench.feed('SPY', PRICES)
    await bench.sync()
    const report = await bench.verify(() => bench.feed('SPY', [100]))
    expect(report.gapsTotal).toBe(0)
    expect(report.accumulators[0]?.moving).toBeGreaterThan(0)
  })

  it('is no gap that rows are synced between any two reads', async () => {
    const bench = openVerifyBench()
    await bench.feed('SPY', PRICES)
    await bench.feed('IBM', PRICES)
    const report = await bench.verify(async () => {
      await bench.feed('SPY', [100])
      await bench.sync()
    })
    expect(report.gapsTotal).toBe(0)
  })

  it('is no gap that Redis is restarted between any two reads', async () => {
    const bench = openVerifyBench()
    await bench.feed('SPY', PRICES)
    let restarts = 0
    const report = await bench.verify(async () => {
      restarts += 1
      bench.hot.redis.runId = `restart-${restarts}`
      await bench.feed('SPY', [100])
      if (restarts % 2 === 0) await bench.sync()
    })
    expect(report.gapsTotal).toBe(0)
  })
})

describe('what is wrong', () => {
  it('is a gap that a row of PostgreSQL was changed, by field and value', async () => {
    const bench = openVerifyBench()
    await bench.feed('SPY', PRICES)
    await bench.sync()
    const [row] = await bench.parts('SPY')
    await bench.amend('SPY', withHigherHigh(row!))
    const report = await bench.verify()
    expect(report.gaps).toMatchObject([
      { kind: 'row', accumulator: 'sessions', periodText: DAY, key: 'SPY', fault: 'different' },
    ])
    expect(report.gaps[0]).toMatchObject({ fields: [{ field: 'high', redis: '1.05' }] })
  })

  it('is a gap that PostgreSQL lost a row', async () => {
    const bench = openVerifyBench()
    await bench.feed('SPY', PRICES)
    await bench.sync()
    bench.cold = new MemoryColdStore(bench.layout.accumulators)
    expect((await bench.verify()).gaps).toMatchObject([{ kind: 'row', key: 'SPY', fault: 'missing' }])
  })

  it('is a gap that PostgreSQL is an older backup, until every row is sent again', async () => {
    const bench = openVerifyBench()
    await bench.feed('SPY', PRICES)
    await bench.sync()
    const backup = bench.cold.clone()
    await bench.feed('SPY', [120])
    await bench.sync()
    bench.cold = backup
    const report = await bench.verify()
    expect(report.gaps).toMatchObject([{ kind: 'row', key: 'SPY', fault: 'behind' }])
    expect(report.gaps[0]).toMatchObject({
      fields: expect.arrayContaining([{ field: 'high', redis: '1.20', postgres: '1.05' }]),
    })
    await bench.hot.markDirty(bench.shardOf('SPY'), 'sessions', bench.periodOf(DAY))
    await bench.sync()
    expect((await bench.verify()).gapsTotal).toBe(0)
  })

  it('is a gap that a row was removed from Redis before it was synced', async () => {
    const bench = openVerifyBench()
    await bench.feed('SPY', PRICES)
    const shard = bench.shardOf('SPY')
    bench.hot.redis.delete(`{weir:${shard}}:rows:sessions:${bench.periodOf(DAY)}`)
    expect((await bench.verify()).gaps).toMatchObject([{ kind: 'count', shard, accepted: 4, counted: 0 }])
  })

  it('is a gap that ticks are in PostgreSQL that Redis never accepted', async () => {
    const bench = openVerifyBench()
    await bench.feed('SPY', PRICES)
    await bench.sync()
    const [row] = await bench.parts('SPY')
    await bench.amend('SPY', { ...row!, updates: 10 })
    expect((await bench.verify()).gaps).toMatchObject([
      { kind: 'row', key: 'SPY', fault: 'ahead', fields: [{ field: 'updates', redis: '4', postgres: '10' }] },
      { kind: 'count', accepted: 4, counted: 10 },
    ])
  })

  it('is a gap that a row was removed from Redis', async () => {
    const bench = openVerifyBench()
    await bench.feed('SPY', PRICES)
    await bench.sync()
    bench.hot.redis
      .hash(redisKeys('weir').shard(bench.shardOf('SPY')).rows('sessions', bench.periodOf(DAY)))
      .delete('SPY')
    expect((await bench.verify()).gaps).toMatchObject([{ kind: 'row', key: 'SPY', fault: 'removed' }])
  })

  it('is a gap that a row was overwritten in Redis with something else', async () => {
    const bench = openVerifyBench()
    await bench.feed('SPY', PRICES)
    await bench.sync()
    const rows = redisKeys('weir').shard(bench.shardOf('SPY')).rows('sessions', bench.periodOf(DAY))
    bench.hot.redis.hash(rows).set('SPY', Buffer.from('nonsense'))
    expect((await bench.verify()).gaps).toMatchObject([{ kind: 'row', key: 'SPY', fault: 'unreadable' }])
  })

  it('is a gap that a count was changed in a part of an older history', async () => {
    const bench = openVerifyBench()
    await bench.feed('SPY', PRICES)
    await bench.sync()
    bench.hot.redis.runId = 'after-a-restart'
    await bench.feed('SPY', PRICES)
    await bench.sync()
    const [older] = await bench.parts('SPY')
    const slots = older!.slots.slice()
    slots[1] = 5
    await bench.amend('SPY', { ...older!, slots })
    expect((await bench.verify()).gaps).toMatchObject([
      {
        kind: 'row',
        key: 'SPY',
        fault: 'different',
        fields: [{ field: 'ticks', redis: '4 by its updates', postgres: '5' }],
      },
    ])
  })

  it('is a gap that a dropped period lost rows', async () => {
    const bench = openVerifyBench()
    await bench.feed('SPY', PRICES)
    await bench.sync()
    const shard = shardOf('SPY', bench.layout.shards)
    const coverage = await bench.hot.readCoverage(shard)
    for (const record of coverage.periods) await bench.hot.drop(shard, { record, idleUs: 0, endUs: 0 })
    const restored = new MemoryColdStore(bench.layout.accumulators)
    await restored.writeCoverage(shard, coverage)
    bench.cold = restored
    expect((await bench.verify()).gaps).toMatchObject([{ kind: 'count', accepted: 4, counted: 0 }])
  })
})

describe('a Redis that lost its memory', () => {
  it('is no gap, and a notice where the count of its ticks went with it', async () => {
    const bench = openVerifyBench()
    await bench.feed('SPY', PRICES)
    const shard = bench.shardOf('SPY')
    const snapshot = await bench.hot.snapshot(shard, 'sessions', { rowsMax: 10, skip: 0 })
    await bench.cold.upsert('sessions', shard, snapshot.rows)
    bench.hot.redis = new MemoryRedis('another-run', 'another-id')
    await bench.feed('SPY', [90])
    const report = await bench.verify()
    expect(report.gapsTotal).toBe(0)
    expect(report.notices).toMatchObject([{ kind: 'count-lost', accumulator: 'sessions', ticks: 4 }])
  })

  it('is no gap where an older copy of it was put back: PostgreSQL keeps what it has', async () => {
    const bench = openVerifyBench()
    await bench.feed('SPY', PRICES)
    await bench.feed('IBM', PRICES)
    await bench.sync()
    const copy = bench.hot.redis.clone()
    await bench.feed('SPY', [120])
    await bench.sync()
    bench.hot.redis = copy
    copy.runId = 'the-copy'
    // Two symbols of one shard: the second one's first tick makes the shard's new origin, the first one's row stays as it was.
    const neighbour = Array.from('ABCDEFGHIJKLMNOP').find((symbol) => bench.shardOf(symbol) === bench.shardOf('SPY'))
    await bench.feed(neighbour!, PRICES)
    const report = await bench.verify()
    expect(report.gapsTotal).toBe(0)
    expect(report.notices).toMatchObject([{ kind: 'row-ahead', key: 'SPY', ticks: 1 }])
  })
})
