// Goal: a database comes to its layout in one step, by any number of processes, and never leaves it.
import { createLayout, marketAccumulator, StoreError, sessionsAccumulator } from '@weir/accumulator'
import { conformanceAccumulators } from '@weir/testkit'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkLayout } from './check-layout.ts'
import { PostgresColdStore } from './cold-store.ts'
import { connectPostgres } from './connect-postgres.ts'
import { migrate } from './migrate.ts'
import { requireVersion } from './server-facts.ts'
import { type OpenDatabase, openTestDatabase, testOptions } from './testing/open-test-database.ts'

const scales = { priceDigits: 4, volumeDigits: 0 }
const market = marketAccumulator({ ...scales, windowSeconds: 10, zone: 'America/New_York' })
const [sessions = undefined as never, everyKind = undefined as never] = conformanceAccumulators
const layout = createLayout({ shards: 16, accumulators: [sessions] })
const both = createLayout({ shards: 16, accumulators: [sessions, everyKind] })
const otherShards = createLayout({ shards: 32, accumulators: [sessions] })
const finer = sessionsAccumulator({ priceDigits: 6, volumeDigits: 0, zone: 'America/New_York' })
const otherScale = createLayout({ shards: 16, accumulators: [finer] })

let database: OpenDatabase

beforeEach(async () => {
  database = await openTestDatabase()
})
afterEach(() => database.close())

async function tables(): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'v') order by 1`.execute(database.db)
  return rows.map(({ name }) => name)
}

describe('migrate', () => {
  it('makes everything once, however many run at once and again', async () => {
    const others = [1, 2].map(() => connectPostgres(testOptions(database.url)))
    const ran = await Promise.all([database.db, ...others].map((db) => migrate(db, layout)))
    await Promise.all(others.map((db) => db.destroy()))
    expect(ran.flat().sort()).toEqual(['0001_bookkeeping', '0002_compacted_parts', 'accumulator_sessions'])
    expect(await migrate(database.db, layout)).toEqual([])
    expect(await tables()).toEqual([
      'accepted_counts',
      'compacted_parts',
      'producer_marks',
      'session_parts',
      'sessions',
      'sync_runs',
      'weir_layout',
      'weir_migrations',
      'weir_migrations_lock',
    ])
  })

  it('adds an accumulator whose name sorts before one that is there, and leaves one alone that is switched off', async () => {
    await migrate(database.db, layout)
    expect(await migrate(database.db, both)).toEqual(['accumulator_every_kind'])
    expect(await migrate(database.db, layout)).toEqual([])
    await checkLayout(database.db, layout)
    await checkLayout(database.db, both)
    expect(await tables()).toContain('every_kind_parts')
  })

  it('refuses another layout, names the difference, and changes nothing', async () => {
    await migrate(database.db, layout)
    const wider = createLayout({ shards: 32, accumulators: [sessions, everyKind] })
    await expect(migrate(database.db, wider)).rejects.toMatchObject({
      code: 'WEIR_LAYOUT_CHANGED',
      message: expect.stringContaining('SHARDS is 16 in the store and 32 here'),
    })
    expect(await tables()).not.toContain('every_kind_parts')
    await expect(migrate(database.db, otherScale)).rejects.toThrow(/sessions: inputs is .*"price":4.* and .*"price":6/)
  })

  it('lets only one of two layouts in that come at once', async () => {
    const other = connectPostgres(testOptions(database.url))
    const outcomes = await Promise.allSettled([migrate(database.db, layout), migrate(other, otherShards)])
    await other.destroy()
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'WEIR_LAYOUT_CHANGED' },
    })
  })

  it('refuses a database with a relation of the same name that is not its own, and leaves no trace', async () => {
    await sql`create table sessions (id text)`.execute(database.db)
    await expect(migrate(database.db, layout)).rejects.toMatchObject({ code: 'WEIR_STORE_UNSUITABLE' })
    expect(await tables()).toEqual(['sessions', 'weir_migrations', 'weir_migrations_lock'])
    await expect(checkLayout(database.db, layout)).rejects.toMatchObject({ code: 'WEIR_NOT_MIGRATED' })
  })

  it('refuses a database that a newer Weir has migrated', async () => {
    await migrate(database.db, layout)
    await sql`insert into weir_migrations values ('0002_future', '2030-01-01T00:00:00.000Z')`.execute(database.db)
    await expect(migrate(database.db, layout)).rejects.toMatchObject({ code: 'WEIR_STORE_UNSUITABLE' })
    await expect(checkLayout(database.db, layout)).rejects.toThrow(/newer Weir \(0002_future\)/)
  })

  it('keeps two of them apart in two schemas of one database', async () => {
    await sql`create schema other`.execute(database.db)
    await migrate(database.db, layout)
    const url = new URL(database.url)
    url.searchParams.set('options', '-c search_path=other')
    const other = connectPostgres(testOptions(url.href))
    await expect(checkLayout(other, otherShards)).rejects.toMatchObject({ code: 'WEIR_NOT_MIGRATED' })
    expect(await migrate(other, otherShards)).toEqual([
      '0001_bookkeeping',
      '0002_compacted_parts',
      'accumulator_sessions',
    ])
    await checkLayout(other, otherShards)
    await checkLayout(database.db, layout)
    await other.destroy()
  })

  it('makes the functions of market analytics in its own schema, whatever another schema has', async () => {
    const analytics = createLayout({ shards: 16, accumulators: [sessions, market] })
    await migrate(database.db, analytics)
    await sql`create schema other`.execute(database.db)
    const url = new URL(database.url)
    url.searchParams.set('options', '-c search_path=other')
    const other = connectPostgres(testOptions(url.href))
    expect(await migrate(other, analytics)).toContain('accumulator_market')
    await sql`drop schema public cascade`.execute(database.db)
    const { rows } = await sql`select * from market_analytics_between('-infinity', 'infinity')`.execute(other)
    expect(rows).toEqual([])
    await other.destroy()
  })
})

describe('a database without its tables', () => {
  it('is told at the start of a service and at any call, with what to do', async () => {
    const notMigrated = {
      code: 'WEIR_NOT_MIGRATED',
      message: expect.stringMatching(/run `weir migrate`/i),
      retryable: false,
    }
    await expect(checkLayout(database.db, layout)).rejects.toMatchObject(notMigrated)
    const store = new PostgresColdStore(database.db, layout)
    await expect(store.readTotals('sessions')).rejects.toMatchObject(notMigrated)
    await migrate(database.db, layout)
    await expect(checkLayout(database.db, both)).rejects.toMatchObject({
      ...notMigrated,
      message: expect.stringContaining('accumulator_every_kind'),
    })
  })
})

describe('a PostgreSQL that is too old', () => {
  it('is refused by its version', () => {
    expect(() => requireVersion(140_012, '14.12')).toThrow(StoreError)
    expect(() => requireVersion(150_000, '15.0')).not.toThrow()
  })
})
