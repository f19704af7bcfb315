/**
 * A real trading day with results that an independent program computed, if the developer has it beside the repository.
 * Tests that need it skip, saying so, where it is missing.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { Client } from 'pg'

const file = (name: string) =>
  fileURLToPath(new URL(`../../shared/data/us-equity-trades-2013-10-07.${name}`, import.meta.url))

export const tradingDayFile = file('csv.gz')
export const hasTradingDay = existsSync(tradingDayFile)
export const tradingDayTicks = 388_417
if (!hasTradingDay) process.stderr.write(`no ${tradingDayFile}: tests of the real trading day are skipped\n`)

/** The day as CSV lines, header first. */
export function tradingDayLines(): string[] {
  return gunzipSync(readFileSync(tradingDayFile)).toString().trimEnd().split('\n')
}

/** One entry a symbol and day, in units of 1e-4 USD and Unix ms, as strings: exact and comparable. */
export type SessionTable = Record<string, Record<string, string>>

export function expectedSessions(): SessionTable {
  const sessions = JSON.parse(readFileSync(file('sessions.json'), 'utf8')) as Record<string, Record<string, number>>
  return Object.fromEntries(
    Object.entries(sessions).map(([name, fields]) => [
      name,
      Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, String(value)])),
    ]),
  )
}

/** The view `sessions`, in the units of the expected results. */
export async function readSessions(databaseUrl: string): Promise<SessionTable> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, string>>(`
      SELECT session_date::text || '|' || symbol AS name, ticks::text, volume::text,
        (notional * 10000)::numeric(40, 0)::text AS notional, (open * 10000)::numeric(40, 0)::text AS open,
        (high * 10000)::numeric(40, 0)::text AS high, (low * 10000)::numeric(40, 0)::text AS low,
        (close * 10000)::numeric(40, 0)::text AS close, high_count::text, low_count::text,
        (extract(epoch FROM first_tick_at) * 1000)::numeric(20, 0)::text AS first_ts,
        (extract(epoch FROM last_tick_at) * 1000)::numeric(20, 0)::text AS last_ts
      FROM sessions`)
    return Object.fromEntries(rows.map(({ name, ...fields }) => [name, fields]))
  } finally {
    await client.end()
  }
}

/** A window of `market_analytics`, by the column names of the expected results; `start_ms` in Unix ms. */
export type ExpectedWindow = Record<string, number>

/** In the order of time; floats to 12 significant digits. */
export function expectedWindows(): ExpectedWindow[] {
  const [header = '', ...lines] = readFileSync(file('windows.csv'), 'utf8').trimEnd().split('\n')
  const columns = header.split(',')
  return lines.map((line) => {
    const values = line.split(',')
    return Object.fromEntries(columns.map((column, index) => [column, Number(values[index])]))
  })
}
