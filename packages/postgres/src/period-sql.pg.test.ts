// Goal: a session of PostgreSQL is the session of the pod, in every kind of zone name that the settings take.
import { day, formatPeriod, periodClock } from '@weir/accumulator'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { atZone } from './period-sql.ts'
import { type OpenDatabase, openTestDatabase } from './testing/open-test-database.ts'

let database: OpenDatabase

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

/** Around every midnight that a zone may have, in winter and in summer. */
const times = ['2024-01-15', '2024-07-15', '2024-03-31', '2024-10-27'].flatMap((date) =>
  Array.from({ length: 96 }, (_, quarter) => Date.parse(`${date}T00:00:00Z`) + quarter * 900_000 + 1),
)

it.each(['America/New_York', 'Asia/Kolkata', 'UTC', 'EST', 'CET', 'cet', 'EET', '+05:30', '-08', 'Etc/GMT+5'])(
  'gives the dates of %s',
  async (zone) => {
    const period = day({ zone, column: 'session_date' })
    const clock = periodClock(period)
    const { rows } = await sql<{ date: string }>`
      select (to_timestamp(ms / 1000.0) ${sql.raw(atZone(zone))})::date::text as date
      from unnest(${times}::float8[]) with ordinality as t (ms, place) order by place`.execute(database.db)
    const expected = times.map((ms) => formatPeriod(period, clock.idOf(ms * 1000)))
    expect(rows.map(({ date }) => date)).toEqual(expected)
  },
)
