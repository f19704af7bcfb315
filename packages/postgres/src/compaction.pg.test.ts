// Goal: compacting parts changes nothing that anybody sees, and no snapshot of them that comes later is counted again or lost.
import { createLayout, marketAccumulator, mintOrigin, type Row, sessionsAccumulator } from '@weir/accumulator'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PostgresColdStore } from './cold-store.ts'
import { connectPostgres } from './connect-postgres.ts'
import { fedRow } from './testing/fed-row.ts'
import { type OpenDatabase, openTestDatabase, testOptions } from './testing/open-test-database.ts'

const scales = { priceDigits: 4, volumeDigits: 0 }
const sessions = sessionsAccumulator({ ...scales, zone: 'UTC' })
const market = marketAccumulator({ ...scales, windowSeconds: 10, zone: 'UTC' })
const layout = createLayout({ shards: 16, accumulators: [sessions, market] })
const DAY = 19_675
const WINDOW = 1_700_000_000
const ORIGINS = [1, 2, 3, 4].map((number) => mintOrigin(number * 1000, '0'.repeat(16)))
const [first = '', second = '', third = '', fourth = ''] = ORIGINS

let database: OpenDatabase
let store: PostgresColdStore

beforeAll(async () => {
  database = await openTestDatabase(layout)
  store = new PostgresColdStore(database.db, layout)
})
afterAll(() => database.close())
beforeEach(async () => {
  await sql`truncate session_parts, market_parts, accepted_counts, compacted_parts`.execute(database.db)
})

/** The state after so many ticks of a history; prices differ from one history to the next. */
function ticks(origin: string, count: number, accumulator = sessions): Row {
  const startUs = accumulator === sessions ? DAY * 86_400_000_000 : WINDOW * 1_000_000
  const step = ORIGINS.indexOf(origin) + 1
  const events = Array.from({ length: count }, (_, index) => ({
    timeUs: startUs + 1000 * ((index * 7 + step * 3) % 11),
    measures: [BigInt(10_000 + 100 * ((index * step) % 5)), BigInt(step)],
  }))
  return fedRow(accumulator, origin, events)
}

async function send(key: string, row: Row, shard = 1): Promise<number> {
  return store.upsert('sessions', shard, [{ period: DAY, key, row }])
}

async function countTicks(
  origin: string,
  accepted: number,
  place = { accumulator: 'sessions', period: DAY, shard: 1 },
) {
  const { accumulator, period, shard } = place
  const record = { accumulator, period, origin, accepted, dirty: 0, touchedUs: 1, aside: false }
  await store.writeCoverage(shard, { origin, timeUs: 1, marks: new Map(), periods: [record] })
}

async function view(name = 'sessions'): Promise<unknown[]> {
  return (await sql`select * from ${sql.table(name)} order by 1, 2`.execute(database.db)).rows
}

async function sums(accumulator: string): Promise<Record<string, [number, number]>> {
  const found: Record<string, [number, number]> = {}
  for (const { period, shard, updates, accepted } of await store.readTotals(accumulator)) {
    const place = `${period}:${shard}`
    const [rows, counted] = found[place] ?? [0, 0]
    found[place] = [rows + updates, counted + accepted]
  }
  return found
}

describe('a compaction', () => {
  it('makes one part a key of those it is given, and the view shows the same', async () => {
    for (const [index, origin] of ORIGINS.entries()) await send('AAA', ticks(origin, 5 + index))
    await send('BBB', ticks(second, 3))
    for (const [index, origin] of ORIGINS.entries()) await countTicks(origin, 5 + index + (index === 1 ? 3 : 0))
    const before = { view: await view(), seeds: await seedsOf('AAA'), sums: await sums('sessions') }
    expect(await store.compact('sessions', DAY, [first, second, third])).toMatchObject({
      kind: 'compacted',
      before: { parts: 5 },
      after: { parts: 3 },
    })
    expect(await view()).toEqual(before.view)
    expect(await seedsOf('AAA')).toEqual(before.seeds)
    expect(await sums('sessions')).toEqual(before.sums)
    const parts = await store.readParts('sessions', DAY, { keys: ['AAA'] })
    expect(parts.map(({ row }) => [row.origin, row.updates])).toEqual([
      [first, 18],
      [fourth, 8],
    ])
    expect((await store.readTotals('sessions')).filter(({ accepted }) => accepted > 0)).toHaveLength(2)
  })

  it('again changes nothing, and takes what came later with it', async () => {
    for (const origin of [first, second]) await send('AAA', ticks(origin, 5))
    await store.compact('sessions', DAY, [first, second])
    const again = await store.compact('sessions', DAY, [first, second])
    expect(again).toMatchObject({ before: { parts: 1 }, after: { parts: 1 } })
    for (const origin of [third, fourth]) await send('AAA', ticks(origin, 2))
    const before = await view()
    expect(await store.compact('sessions', DAY, ORIGINS)).toMatchObject({ before: { parts: 3 }, after: { parts: 1 } })
    expect(await view()).toEqual(before)
    for (const origin of ORIGINS) expect(await send('AAA', ticks(origin, 2))).toBe(0)
    expect(await view()).toEqual(before)
  })

  it('of a window that every shard has a part of makes one row of sixteen, and its counts stay with it', async () => {
    const place = { accumulator: 'market', period: WINDOW }
    const origins = Array.from({ length: 16 }, (_, shard) => mintOrigin(5000 + shard, '0'.repeat(16)))
    for (const [shard, origin] of origins.entries()) {
      const row = { ...ticks(first, shard + 1, market), origin }
      await store.upsert('market', shard, [{ period: WINDOW, key: 'core', row }])
      await countTicks(origin, shard + 1, { ...place, shard })
    }
    const only = { ...ticks(first, 2, market), origin: origins[7] ?? '' }
    await store.upsert('market', 7, [{ period: WINDOW, key: 'outside', row: only }])
    await countTicks(origins[7] ?? '', 10, { ...place, shard: 7 })
    const before = await view('market_analytics')
    expect(await store.compact('market', WINDOW, origins)).toMatchObject({ before: { parts: 17 }, after: { parts: 2 } })
    expect(await view('market_analytics')).toEqual(before)
    expect(await sums('market')).toEqual({ [`${WINDOW}:0`]: [138, 138] })
    expect(await store.readTotals('market')).toHaveLength(2)

    // A tick that is late: a part of its own, in its shard; and counts that come again.
    const late = { ...ticks(first, 3, market), origin: mintOrigin(9999, '0'.repeat(16)) }
    await store.upsert('market', 5, [{ period: WINDOW, key: 'core', row: late }])
    await countTicks(late.origin, 3, { ...place, shard: 5 })
    for (const [shard, origin] of origins.entries()) await countTicks(origin, shard + 1, { ...place, shard })
    expect(await sums('market')).toEqual({ [`${WINDOW}:0`]: [138, 138], [`${WINDOW}:5`]: [3, 3] })
    await store.compact('market', WINDOW, [...origins, late.origin])
    expect(await sums('market')).toEqual({ [`${WINDOW}:0`]: [141, 141] })
    expect(await store.readParts('market', WINDOW, {})).toHaveLength(2)
  })

  it('hides no gap: where more was accepted than the rows hold, nothing is compacted', async () => {
    for (const origin of [first, second]) await send('AAA', ticks(origin, 5))
    await countTicks(first, 12)
    expect(await store.compact('sessions', DAY, ORIGINS)).toEqual({ kind: 'gap', shards: [1] })
    expect(await store.readParts('sessions', DAY, {})).toHaveLength(2)
  })

  it('is found where it is of use, with what it would take', async () => {
    for (const origin of [first, second]) await send('AAA', ticks(origin, 5), 3)
    await send('BBB', ticks(third, 5), 4)
    await store.upsert('sessions', 1, [{ period: DAY + 1, key: 'AAA', row: ticks(first, 1) }])
    const found = { period: DAY, parts: 3, keys: 2, shards: [3, 4], origins: [first, second, third] }
    expect(await store.readCompactable('sessions', {})).toMatchObject([found])
    expect(await store.readCompactable('sessions', { after: DAY })).toEqual([])
    expect(await store.readCompactable('sessions', { last: DAY - 1 })).toEqual([])
    expect(await store.readCompactable('sessions', { after: DAY - 1, last: DAY })).toHaveLength(1)
  })
})

describe('a snapshot that comes after its part was compacted', () => {
  it('changes nothing, whatever state it has, alone or beside others', async () => {
    for (const origin of [first, second, third]) await send('AAA', ticks(origin, 6))
    await store.compact('sessions', DAY, [first, second, third])
    const before = await view()
    for (const origin of [first, second, third]) {
      for (let count = 0; count <= 6; count++) expect(await send('AAA', ticks(origin, count))).toBe(0)
    }
    expect(await view()).toEqual(before)
    const batch = [ticks(first, 6), ticks(fourth, 1)].map((row) => ({ period: DAY, key: 'AAA', row }))
    expect(await store.upsert('sessions', 1, [...batch, { period: DAY, key: 'NEW', row: ticks(second, 2) }])).toBe(2)
    expect((await seedsOf('AAA'))?.updates).toBe(19)
  })

  it('is refused, and so never lost in silence, where it has more than the compacted part', async () => {
    for (const origin of [first, second]) await send('AAA', ticks(origin, 6))
    await store.compact('sessions', DAY, [first, second])
    const before = await view()
    await expect(send('AAA', ticks(second, 7))).rejects.toMatchObject({
      code: 'WEIR_ROW_REFUSED',
      message: expect.stringMatching(/\{AAA\}.*was compacted with 6 updates, and comes with 7/),
    })
    expect(await view()).toEqual(before)
  })

  it.each([1, 8])('waits for a compaction in progress and then sees it, prepared %i times before', async (times) => {
    for (const origin of [first, second]) await send('AAA', ticks(origin, 6))
    const before = await view()
    const [late, other] = [1, 2].map(() => connectPostgres({ ...testOptions(database.url), poolMax: 2 }))
    const worker = new PostgresColdStore(late!, layout)
    const stale = [{ period: DAY, key: 'AAA', row: ticks(second, 6) }]
    for (let time = 0; time < times; time++) await worker.upsert('sessions', 1, stale)
    const blocker = Promise.withResolvers<void>()
    const blocked = database.db.transaction().execute(async (transaction) => {
      await sql`lock table session_parts in share row exclusive mode`.execute(transaction)
      await blocker.promise
    })
    try {
      await waiting(0)
      const compaction = new PostgresColdStore(other!, layout).compact('sessions', DAY, [first, second])
      await waiting(1)
      const upsert = worker.upsert('sessions', 1, stale)
      await waiting(2)
      blocker.resolve()
      expect(await compaction).toMatchObject({ after: { parts: 1 } })
      expect(await upsert).toBe(0)
      await blocked
      expect(await view()).toEqual(before)
      expect(await store.readParts('sessions', DAY, {})).toHaveLength(1)
    } finally {
      blocker.resolve()
      await Promise.all([late!.destroy(), other!.destroy()])
    }
  })
})

/** Waits until so many wait for the lock on the table, and one holds it. */
async function waiting(count: number): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ granted: boolean; count: string }>`select granted, count(*) from pg_locks
      where relation = 'session_parts'::regclass and mode in ('ShareRowExclusiveLock', 'RowExclusiveLock')
      group by granted`.execute(database.db)
    const of = (granted: boolean) => Number(rows.find((row) => row.granted === granted)?.count ?? 0)
    if (of(true) === 1 && of(false) === count) return
  }
}

async function seedsOf(key: string): Promise<Omit<Row, 'origin'> | undefined> {
  const [seed] = await store.readSeeds([{ accumulator: 'sessions', period: DAY, key }])
  return seed?.row === undefined ? undefined : { updates: seed.row.updates, slots: seed.row.slots }
}
