// Goal: an upsert may be repeated, doubled, cut or refused, and PostgreSQL holds what was sent, once.
import {
  createLayout,
  KEY_SEPARATOR,
  mintOrigin,
  ORIGIN_BYTES,
  packRow,
  StoreError,
  TURN_BYTES,
} from '@weir/accumulator'
import { conformanceAccumulators, FaultProxy } from '@weir/testkit'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PostgresColdStore } from './cold-store.ts'
import { connectPostgres } from './connect-postgres.ts'
import { fedRow } from './testing/fed-row.ts'
import { type OpenDatabase, openTestDatabase, testOptions } from './testing/open-test-database.ts'

const layout = createLayout({ shards: 4, accumulators: conformanceAccumulators })
const sessions = layout.accumulators[0] ?? (undefined as never)
const origin = mintOrigin(1_000, '0000000000000001')
const day = 19_675
const noonUs = day * 86_400_000_000 + 64_800_000_000
const ticks = (count: number) =>
  fedRow(
    sessions,
    origin,
    Array.from({ length: count }, (_, index) => ({ timeUs: noonUs + index, measures: [100n, 2n] })),
  )

/** A row's bytes, the first of its count of updates changed by hand. */
function withCount(firstByte: string): Buffer {
  const packed = packRow(sessions, ticks(1))
  packed.write(firstByte, ORIGIN_BYTES + TURN_BYTES, 'hex')
  return packed
}

let database: OpenDatabase
let store: PostgresColdStore

beforeAll(async () => {
  database = await openTestDatabase(layout)
  store = new PostgresColdStore(database.db, layout)
})
afterAll(() => database.close())

describe('an upsert', () => {
  it('that was cut at its commit is there, and its repeat changes nothing', async () => {
    const proxy = await FaultProxy.start(database.url)
    const db = connectPostgres(testOptions(proxy.url))
    try {
      const cut = new PostgresColdStore(db, layout)
      await cut.readTotals('sessions')
      proxy.setMode({ kind: 'cut-replies' })
      const sent = [{ period: day, key: 'CUT', row: ticks(3) }]
      await expect(cut.upsert('sessions', 1, sent)).rejects.toMatchObject({ code: 'WEIR_STORE_UNREACHABLE' })
      const parts = await store.readParts('sessions', day, { keys: ['CUT'] })
      expect(parts).toEqual([{ period: day, key: 'CUT', shard: 1, row: ticks(3) }])
      proxy.setMode({ kind: 'pass' })
      expect(await cut.upsert('sessions', 1, sent)).toBe(0)
      expect(await store.readParts('sessions', day, { keys: ['CUT'] })).toEqual(parts)
    } finally {
      await db.destroy()
      await proxy[Symbol.asyncDispose]()
    }
  })

  it('never deadlocks with another one on the same rows in another order', async () => {
    const rows = Array.from({ length: 400 }, (_, index) => `K${index}`)
    const rounds = Array.from({ length: 6 }, (_, round) => round)
    const upserts = rounds.flatMap((round) => {
      const sent = rows.map((key) => ({ period: day, key, row: ticks(round + 1) }))
      return [store.upsert('sessions', 2, sent), store.upsert('sessions', 2, sent.toReversed())]
    })
    await Promise.all(upserts)
    const totals = await store.readTotals('sessions', { first: day, last: day })
    expect(totals.find(({ shard }) => shard === 2)?.updates).toBe(rows.length * rounds.length)
  })

  it('mends a value that somebody lowered, and writes no row that would stay as it is', async () => {
    const sent = ['A', 'B', 'C'].map((key) => ({ period: day + 1, key, row: ticks(2) }))
    expect(await store.upsert('sessions', 0, sent)).toBe(3)
    await sql`update session_parts set volume = 0, high = null where symbol = 'B'`.execute(database.db)
    expect(await store.upsert('sessions', 0, sent)).toBe(1)
    expect((await store.readParts('sessions', day + 1, {})).map(({ row }) => row)).toEqual(sent.map(({ row }) => row))
    expect(await store.upsert('sessions', 0, sent)).toBe(0)
  })

  it('joins rows that name one row twice before it sends them', async () => {
    const sent = [1, 3, 2].map((count) => ({ period: day + 2, key: 'TWICE', row: ticks(count) }))
    expect(await store.upsert('sessions', 0, sent)).toBe(1)
    expect((await store.readParts('sessions', day + 2, {}))[0]?.row).toEqual(ticks(3))
  })

  it('is prepared once a connection', async () => {
    for (const count of [1, 2, 3]) await store.upsert('sessions', 0, [{ period: day + 3, key: 'P', row: ticks(count) }])
    const uses = await database.db.connection().execute((connection) =>
      sql<{ uses: number }>`select (generic_plans + custom_plans)::integer as uses from pg_prepared_statements
        where statement like 'insert into "session_parts"%'`.execute(connection),
    )
    expect(uses.rows.length).toBe(1)
    expect(uses.rows[0]?.uses).toBeGreaterThanOrEqual(3)
  })
})

describe('a row that PostgreSQL cannot hold', () => {
  it.each([
    ['a key with a NUL', 'sessions', { period: day, key: 'A\u0000B', row: ticks(1) }],
    ['a period that is none', 'sessions', { period: Number.NaN, key: 'A', row: ticks(1) }],
    ['a count beyond a bigint', 'sessions', { period: day, key: 'A', row: ticks(1), packed: withCount('ff') }],
    ['a day beyond all dates', 'sessions', { period: 2 ** 31 - 1, key: 'A', row: ticks(1) }],
    ['an origin that is none', 'sessions', { period: day, key: 'A', row: { ...ticks(1), origin: 'x' } }],
    [
      'a key of too many columns',
      'every_kind',
      { period: day, key: ['a', 'b', 'c'].join(KEY_SEPARATOR), row: ticks(1) },
    ],
  ])('is refused, and nothing beside it is written: %s', async (_, accumulator, poison) => {
    const good = { period: day + 4, key: 'GOOD', row: ticks(1) }
    const failure = await store.upsert(accumulator, 0, [good, poison]).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StoreError)
    expect(failure).toMatchObject({ code: 'WEIR_ROW_REFUSED', retryable: false })
    expect(await store.readParts('sessions', day + 4, {})).toEqual([])
  })
})

describe('a server that cannot write now', () => {
  it('is busy while another holds a row for longer than the lock timeout', async () => {
    const db = connectPostgres({ ...testOptions(database.url), lockTimeoutMs: 100 })
    try {
      const row = { period: day + 5, key: 'LOCKED', row: ticks(1) }
      await store.upsert('sessions', 0, [row])
      await database.db.transaction().execute(async (transaction) => {
        await sql`select 1 from session_parts where symbol = 'LOCKED' for update`.execute(transaction)
        const blocked = new PostgresColdStore(db, layout).upsert('sessions', 0, [{ ...row, row: ticks(2) }])
        await expect(blocked).rejects.toMatchObject({ code: 'WEIR_STORE_BUSY', retryable: true })
      })
    } finally {
      await db.destroy()
    }
  })

  it('says that it is read-only', async () => {
    const url = new URL(database.url)
    url.searchParams.set('options', '-c default_transaction_read_only=on')
    const db = connectPostgres(testOptions(url.href))
    try {
      const upsert = new PostgresColdStore(db, layout).upsert('sessions', 0, [{ period: day, key: 'R', row: ticks(1) }])
      await expect(upsert).rejects.toMatchObject({ code: 'WEIR_STORE_READ_ONLY', retryable: true })
    } finally {
      await db.destroy()
    }
  })
})
