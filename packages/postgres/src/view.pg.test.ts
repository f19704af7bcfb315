// Goal: the view gives people the exact numbers, in units, of all origins together.
import {
  barsAccumulator,
  createLayout,
  defineAccumulator,
  formatScaled,
  HIGH_LOW_EVENT_INPUT,
  mintOrigin,
  restart,
  sessionsAccumulator,
  TIME_US_MAX,
  tickInput,
} from '@weir/accumulator'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PostgresColdStore } from './cold-store.ts'
import { fedRow } from './testing/fed-row.ts'
import { type OpenDatabase, openTestDatabase } from './testing/open-test-database.ts'

const sessions = sessionsAccumulator({ priceDigits: 4, volumeDigits: 0, zone: 'UTC' })
const FINE = { priceDigits: 8, volumeDigits: 8 }
const fine = defineAccumulator({
  ...sessionsAccumulator({ ...FINE, zone: 'UTC' }),
  name: 'fine',
  table: 'fine_parts',
  feeds: [{ input: { ...tickInput(FINE), name: 'fine_ticks' } }, { input: HIGH_LOW_EVENT_INPUT }],
})
const bars = barsAccumulator({ priceDigits: 4, volumeDigits: 0, seconds: 60 })
const layout = createLayout({ shards: 1, accumulators: [sessions, fine, bars] })
const older = mintOrigin(1_000, '0000000000000001')
const newer = mintOrigin(2_000, '0000000000000000')
const day = 19_675
const dayUs = day * 86_400_000_000

let database: OpenDatabase
let store: PostgresColdStore

beforeAll(async () => {
  database = await openTestDatabase(layout)
  store = new PostgresColdStore(database.db, layout)
})
afterAll(() => database.close())

async function shown(view: string, symbol: string): Promise<Record<string, unknown>> {
  const { rows } = await database.db.transaction().execute(async (transaction) => {
    await sql`set local timezone = 'UTC'`.execute(transaction)
    return sql<{ row: string }>`
      select row_to_json(v)::text as row from ${sql.table(view)} as v where symbol = ${symbol}`.execute(transaction)
  })
  expect(rows.length).toBe(1)
  // Numbers as text: JSON.parse would make doubles of them.
  return JSON.parse((rows[0]?.row ?? '').replace(/":(-?\d[\d.]*)/g, '":"$1"')) as Record<string, unknown>
}

describe('the view sessions', () => {
  it('has the columns that the design promises, in order, with exact types', async () => {
    const { rows } = await sql<{ name: string; type: string }>`
      select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
      where attrelid = 'sessions'::regclass and attnum > 0 order by attnum`.execute(database.db)
    expect(rows.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'session_date date',
      'symbol text',
      'ticks bigint',
      'volume numeric',
      'notional numeric',
      'open numeric',
      'high numeric',
      'low numeric',
      'close numeric',
      'high_count bigint',
      'low_count bigint',
      'first_tick_at timestamp with time zone',
      'last_tick_at timestamp with time zone',
      'updated_at timestamp with time zone',
    ])
  })

  it('shows a session in units, its times exact to the microsecond', async () => {
    const row = fedRow(sessions, older, [
      { timeUs: dayUs + 1, measures: [1_674_100n, 10n] },
      { timeUs: dayUs + 86_399_999_999, measures: [1_674_000n, 3n] },
      { timeUs: dayUs + 45_296_000_007, measures: [1_680_000n, 0n] },
    ])
    await store.upsert('sessions', 0, [{ period: day, key: 'ACME', row }])
    expect(await shown('sessions', 'ACME')).toMatchObject({
      session_date: '2023-11-14',
      ticks: '3',
      volume: '13',
      notional: '2176.3000',
      open: '167.4100',
      high: '168.0000',
      low: '167.4000',
      close: '167.4000',
      high_count: '1',
      low_count: '1',
      first_tick_at: '2023-11-14T00:00:00.000001+00:00',
      last_tick_at: '2023-11-14T23:59:59.999999+00:00',
    })
  })

  it('shows the last time that a double holds to the microsecond', async () => {
    const row = fedRow(sessions, older, [{ timeUs: TIME_US_MAX - 2, measures: [1n, 1n] }])
    await store.upsert('sessions', 0, [{ period: day, key: 'LATE', row }])
    expect(await shown('sessions', 'LATE')).toMatchObject({ last_tick_at: '2255-06-05T23:47:34.740989+00:00' })
  })

  it('adds origins up: sums add, and a clean row that restarted shows what went on only once', async () => {
    const first = fedRow(sessions, older, [
      { timeUs: dayUs + 5, measures: [100n, 1n] },
      { timeUs: dayUs + 9, measures: [300n, 1n] },
    ])
    const second = fedRow(sessions, restart(sessions, first, newer), [
      { timeUs: dayUs + 2, measures: [50n, 1n] },
      { timeUs: dayUs + 9, measures: [200n, 1n] },
    ])
    await store.upsert('sessions', 0, [
      { period: day, key: 'TWO', row: second },
      { period: day, key: 'TWO', row: first },
    ])
    expect(await shown('sessions', 'TWO')).toMatchObject({
      ticks: '4',
      volume: '4',
      open: '0.0050',
      high: '0.0300',
      low: '0.0050',
      close: '0.0200',
      high_count: '1',
      low_count: '1',
    })
  })

  it('shows NULL for what no event has set', async () => {
    const row = fedRow(sessions, older, [])
    await store.upsert('sessions', 0, [{ period: day, key: 'NONE', row }])
    expect(await shown('sessions', 'NONE')).toMatchObject({
      ticks: '0',
      volume: '0',
      open: null,
      high: null,
      first_tick_at: null,
    })
  })

  it('keeps every digit of the largest prices, sums and products', async () => {
    const price = 2n ** 63n - 1n
    const origins = [older, newer, mintOrigin(3_000, 'ffffffffffffffff')]
    const rows = origins.map((origin) => fedRow(fine, origin, [{ timeUs: dayUs, measures: [price, 8_589_934_591n] }]))
    await store.upsert(
      'fine',
      0,
      rows.map((row) => ({ period: day, key: 'BIG', row })),
    )
    expect(await shown('fine', 'BIG')).toMatchObject({
      volume: formatScaled(3n * 8_589_934_591n, 8),
      notional: formatScaled(3n * price * 8_589_934_591n, 16),
      close: formatScaled(price, 8),
    })
  })

  it('finds one symbol of a day by the primary key', async () => {
    const plan = await database.db.connection().execute(async (connection) => {
      await sql`set enable_seqscan = off`.execute(connection)
      return sql<Record<string, string>>`
        explain select * from sessions where session_date = '2023-11-14' and symbol = 'ACME'`.execute(connection)
    })
    const text = plan.rows.map((row) => row['QUERY PLAN']).join('\n')
    expect(text).toContain('session_parts_pkey')
    expect(text).toMatch(/Index Cond: \(\(session_date = '2023-11-14'::date\) AND \(symbol = 'ACME'::text\)\)/)
  })
})

describe('the view bars', () => {
  it('shows the volume-weighted price in units, NULL where nothing was traded', async () => {
    const rows = [
      { symbol: 'ACME', measures: [1_674_100n, 2n] },
      { symbol: 'ACME', measures: [1_680_000n, 1n] },
      { symbol: 'IDLE', measures: [1_674_100n, 0n] },
    ]
    for (const symbol of ['ACME', 'IDLE']) {
      const events = rows.filter((row) => row.symbol === symbol).map(({ measures }) => ({ timeUs: dayUs, measures }))
      await store.upsert('bars', 0, [{ period: dayUs / 1e6, key: symbol, row: fedRow(bars, older, events) }])
    }
    const acme = await shown('bars', 'ACME')
    expect(acme).toMatchObject({ trades: '2', volume: '3', notional: '502.8200', low: '167.4100' })
    expect(acme['vwap']).toMatch(/^167\.60666666/)
    expect(await shown('bars', 'IDLE')).toMatchObject({ volume: '0', vwap: null })
  })
})
