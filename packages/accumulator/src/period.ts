/**
 * The time frame of a row. A period has an integer id that sorts by time: a trading day is the number of days from
 * 1970-01-01 to its local date in a time zone; a window is its start in seconds since the epoch.
 */
import { demand } from './definition-error.ts'

export type Period =
  | { readonly kind: 'day'; readonly zone: string; readonly column: string }
  | { readonly kind: 'window'; readonly seconds: number; readonly column: string }

/** Finds period ids for event times in µs. Remembers recent days: finding the bounds of one takes about 100 formattings. */
export interface PeriodClock {
  /** The id of the period that holds this event time (integer µs since the epoch). */
  idOf(timeUs: number): number
  /** The first event time of the period, in µs. */
  startUs(id: number): number
  /** The first event time after the period, in µs. */
  endUs(id: number): number
}

const DAY_MS = 86_400_000
const US_PER_MS = 1000
const RECENT_DAYS_MAX = 8
/** Zones differ from UTC by at most 14 hours, so a local day lies within this of the UTC day of the same date. */
const ZONE_OFFSET_MAX_MS = 15 * 3_600_000

interface DayBounds {
  readonly id: number
  readonly startUs: number
  readonly endUs: number
}

export function day(options: { zone: string; column: string }): Period {
  return { kind: 'day', ...options }
}

export function window(options: { seconds: number; column: string }): Period {
  demand(Number.isInteger(options.seconds) && options.seconds > 0, 'a window is a positive whole number of seconds')
  return { kind: 'window', ...options }
}

export function periodClock(period: Period): PeriodClock {
  return period.kind === 'day' ? dayClock(period.zone) : windowClock(period.seconds)
}

/** Period id to the ISO date of the day, or the ISO start of the window. */
export function formatPeriod(period: Period, id: number): string {
  return period.kind === 'day'
    ? new Date(id * DAY_MS).toISOString().slice(0, 10)
    : new Date(id * 1000).toISOString().replace('.000Z', 'Z')
}

function windowClock(seconds: number): PeriodClock {
  const widthUs = seconds * 1_000_000
  return {
    idOf: (timeUs) => Math.floor(timeUs / widthUs) * seconds,
    startUs: (id) => id * 1_000_000,
    endUs: (id) => (id + seconds) * 1_000_000,
  }
}

function dayClock(zone: string): PeriodClock {
  const localDayOf = localDay(zone)
  const recent: DayBounds[] = []
  const boundsOf = (id: number): DayBounds => ({
    id,
    startUs: firstMsOf(localDayOf, id) * US_PER_MS,
    endUs: firstMsOf(localDayOf, id + 1) * US_PER_MS,
  })
  const remember = (bounds: DayBounds): DayBounds => {
    recent.unshift(bounds)
    if (recent.length > RECENT_DAYS_MAX) recent.pop()
    return bounds
  }
  const boundsOfDay = (id: number) => recent.find((bounds) => bounds.id === id) ?? remember(boundsOf(id))
  return {
    idOf(timeUs) {
      for (const bounds of recent) if (timeUs >= bounds.startUs && timeUs < bounds.endUs) return bounds.id
      return remember(boundsOf(localDayOf(Math.floor(timeUs / US_PER_MS)))).id
    },
    startUs: (id) => boundsOfDay(id).startUs,
    endUs: (id) => boundsOfDay(id).endUs,
  }
}

/** The first millisecond whose local date is this day, by bisection: zones shift by hours, half hours and once by a day. */
function firstMsOf(localDayOf: (ms: number) => number, id: number): number {
  let before = id * DAY_MS - ZONE_OFFSET_MAX_MS
  let within = id * DAY_MS + ZONE_OFFSET_MAX_MS
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2)
    if (localDayOf(middle) >= id) within = middle
    else before = middle
  }
  return within
}

function localDay(zone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat('en-US-u-ca-gregory', {
    timeZone: zone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  })
  return (ms) => {
    const parts = format.formatToParts(ms)
    const part = (type: string) => Number(parts.find((candidate) => candidate.type === type)?.value)
    return Date.UTC(part('year'), part('month') - 1, part('day')) / DAY_MS
  }
}
