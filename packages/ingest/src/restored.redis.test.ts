// Goal: what Redis lost or dropped comes back from PostgreSQL where that can be had, and ingestion goes on where it cannot.
import { type HotStore, type Layout, limbsToBigInt, periodClock, shardOf } from '@weir/accumulator'
import { MemoryColdStore } from '@weir/testkit'
import { describe, expect, it } from 'vitest'
import type { ColdReader } from './cold-reads.ts'
import { SESSION_START_MS, startTestIngest, testLayout } from './testing/test-ingest.ts'

const AT = { symbol: 'SPY', volume: 1, timestamp: SESSION_START_MS }
const layout = testLayout()
const shard = shardOf('SPY', layout.shards)
const period = periodClock(sessionsOf(layout).period).idOf(SESSION_START_MS * 1000)

function sessionsOf({ accumulators }: Layout) {
  const [sessions] = accumulators
  if (sessions === undefined) throw new Error('the layout has sessions')
  return sessions
}

async function storedField(hot: HotStore, name: string): Promise<number> {
  const page = await hot.readRows(shard, 'sessions', period, { kind: 'keys', keys: ['SPY'] })
  const { slots } = page.rows[0]?.row ?? { slots: new Float64Array(0) }
  const slot = sessionsOf(layout).fieldList.find((field) => field.name === name)?.slot ?? 0
  return Number(limbsToBigInt(slots[slot] ?? 0, slots[slot + 1] ?? 0))
}

/** What a sync does: rows to the cold store, un-dirtied, and their period dropped from Redis. */
async function syncAndDrop(hot: HotStore, cold: MemoryColdStore): Promise<void> {
  const snapshot = await hot.snapshot(shard, 'sessions', { rowsMax: 100, skip: 0 })
  await cold.upsert('sessions', shard, snapshot.rows)
  await hot.acknowledge(shard, 'sessions', snapshot)
  const { periods } = await hot.readCoverage(shard)
  for (const record of periods) expect(await hot.drop(shard, { record, idleUs: 0, endUs: 0 })).toBe(true)
}

describe('a tick for a period that Redis dropped', () => {
  it('goes on from the high that PostgreSQL has', async () => {
    const cold = new MemoryColdStore(layout.accumulators)
    await using ingest = await startTestIngest({ layout, cold })
    await ingest.post([
      { ...AT, price: 10 },
      { ...AT, price: 20 },
    ])
    await syncAndDrop(ingest.hot, cold)
    expect(
      await ingest.post([
        { ...AT, price: 15 },
        { ...AT, price: 25 },
      ]),
    ).toMatchObject({ body: { accepted: 2 } })
    expect(await storedField(ingest.hot, 'high')).toBe(250_000)
    expect(await storedField(ingest.hot, 'high_count')).toBe(1)
    expect(await storedField(ingest.hot, 'ticks')).toBe(2)
  })

  it('is taken without PostgreSQL too, which is then left alone for a while', async () => {
    const cold = new MemoryColdStore(layout.accumulators)
    let asked = 0
    const broken: ColdReader = {
      readRestored: (number) => cold.readRestored(number),
      readSeeds: () => {
        asked++
        return new Promise(() => undefined)
      },
    }
    await using ingest = await startTestIngest({ layout, cold: broken, limits: { restoreTimeoutMs: 50 } })
    await ingest.post([{ ...AT, price: 10 }])
    for (let round = 1; round <= 2; round++) {
      await syncAndDrop(ingest.hot, cold)
      expect(await ingest.post([{ ...AT, price: 5 }])).toMatchObject({ status: 200, body: { accepted: 1 } })
      expect(await storedField(ingest.hot, 'high')).toBe(50_000)
    }
    expect(asked).toBe(1)
  })
})
