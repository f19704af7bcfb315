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
export type MarketWindow = Record<string, number>

/** In the order of time; floats to 12 significant digits. */
export function expectedWindows(): MarketWindow[] {
  const [header = '', ...lines] = readFileSync(file('windows.csv'), 'utf8').trimEnd().split('\n')
  const columns = header.split(',')
  return lines.map((line) => {
    const values = line.split(',')
    return Object.fromEntries(columns.map((column, index) => [column, Number(values[index])]))
  })
}

/** The view `market_analytics` of the ticks, under the names of the expected results. */
export async function readWindows(databaseUrl: string): Promise<MarketWindow[]> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, string>>(`
      SELECT extract(epoch FROM window_start) * 1000 AS start_ms, ticks, volume, buy_count AS buy, sell_count AS sell,
        flat_count AS flat, buy_volume, sell_volume, net_score, ema_net_score_gauge, ema_net_score_vertical,
        ema_buying_ratio, avg_net_score_60sec, avg_net_score_300sec, avg_activity_60sec
      FROM market_analytics WHERE source = 'core' ORDER BY window_start`)
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)])))
  } finally {
    await client.end()
  }
}

const COUNTED = new Set(['start_ms', 'ticks', 'volume', 'buy', 'sell', 'flat', 'buy_volume', 'sell_volume'])

/** What of the windows is not as expected: counts and volumes exactly, the rest to 1e-9 of its size or of 1. */
export function windowFaults(windows: readonly MarketWindow[], expected: readonly MarketWindow[]): string[] {
  if (windows.length !== expected.length) return [`${windows.length} windows, not ${expected.length}`]
  return expected.flatMap((window, index) =>
    Object.entries(window).flatMap(([name, value]) => {
      const found = windows[index]?.[name] ?? Number.NaN
      const tolerance = COUNTED.has(name) ? 0 : 1e-9 * Math.max(1, Math.abs(value))
      if (Math.abs(found - value) <= tolerance) return []
      return [`${name} of ${new Date(window.start_ms ?? 0).toISOString()} is ${found}, not ${value}`]
    }),
  )
}
