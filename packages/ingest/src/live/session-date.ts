/** The session of a live read: the day that was asked for, or the newest that either store knows. */
import { type Accumulator, day, type Period, type PeriodRecord, periodClock } from '@weir/accumulator'
import { everyShard, type LiveDeps, readCold } from './live-deps.ts'

const DAY_MS = 86_400_000
const DATE = /^\d{4}-\d{2}-\d{2}$/

/** The number of the day from 1970-01-01; undefined where the text is no date. */
export function parseDate(text: string): number | undefined {
  const ms = Date.parse(`${text}T00:00:00Z`)
  if (!DATE.test(text) || Number.isNaN(ms)) return undefined
  const id = ms / DAY_MS
  return formatDate(id) === text ? id : undefined
}

export function formatDate(id: number): string {
  return new Date(id * DAY_MS).toISOString().slice(0, 10)
}

/** The newest period of an accumulator, of these in Redis and those in PostgreSQL; undefined where there is none. */
export async function newestPeriod(
  deps: LiveDeps,
  { name }: Accumulator,
  inRedis: readonly PeriodRecord[],
): Promise<number | undefined> {
  const found = await readCold(deps, `the newest period of ${name}`, (cold) => cold.readNewestPeriod(name))
  const inPostgres = found.kind === 'read' && found.value !== undefined ? [found.value] : []
  const periods = [...inRedis.map(({ period }) => period), ...inPostgres]
  return periods.length === 0 ? undefined : periods.reduce((newest, period) => Math.max(newest, period))
}

export async function readPeriodRecords(deps: LiveDeps, { name }: Accumulator): Promise<PeriodRecord[][]> {
  return everyShard(deps, (shard) => deps.hot.readPeriods(shard, name))
}

export interface SessionWindows {
  /** The session of a window. */
  dateOf(window: number): number
  /** The first and the last window that a session can have. */
  rangeOf(date: number): { readonly first: number; readonly last: number }
}

/** A window belongs to the session of its start. */
export function sessionWindows(
  { period }: { period: Extract<Period, { kind: 'window' }> },
  zone: string,
): SessionWindows {
  const clock = periodClock(day({ zone, column: 'session_date' }))
  const from = (timeUs: number) => Math.ceil(timeUs / 1e6 / period.seconds) * period.seconds
  return {
    dateOf: (window) => clock.idOf(window * 1e6),
    rangeOf: (date) => ({ first: from(clock.endUs(date - 1)), last: from(clock.endUs(date)) - period.seconds }),
  }
}
