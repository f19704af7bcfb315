/**
 * Period ids and times between Weir's integers and PostgreSQL's types, exactly: only whole seconds and µs below a million
 * are multiplied, so that no double ever rounds a time, and dates never pass through JavaScript or a session's time zone.
 */
import { assert, type Period } from '@weir/accumulator'

/** Names that PostgreSQL takes for an offset without summer time, and the zones that they are. */
const ZONES_NOT_OFFSETS: Readonly<Record<string, string>> = {
  CET: 'Europe/Brussels',
  MET: 'Europe/Brussels',
  EET: 'Europe/Athens',
  WET: 'Europe/Lisbon',
}

/** The type of the period column, and of the ids that stand for it in parameters. */
export function periodTypes(period: Period): { column: string; id: string } {
  return period.kind === 'day' ? { column: 'date', id: 'integer' } : { column: 'timestamptz', id: 'bigint' }
}

/** Day number or window start in seconds, to the value of the period column. */
export function periodOfId(period: Period, id: string): string {
  return period.kind === 'day' ? `(date '1970-01-01' + ${id})` : `(timestamptz 'epoch' + ${id} * interval '1 second')`
}

export function idOfPeriod(period: Period, column: string): string {
  return period.kind === 'day' ? `(${column} - date '1970-01-01')` : `extract(epoch from ${column})::bigint`
}

/** µs since the epoch to timestamptz. */
export function timeOfUs(us: string): string {
  return `(timestamptz 'epoch' + ${us} / 1000000 * interval '1 second' + ${us} % 1000000 * interval '1 microsecond')`
}

/** Zone as `Intl` names it to `at time zone …`. Of an offset PostgreSQL would turn the sign, but not of an interval. */
export function atZone(zone: string): string {
  assert(/^[A-Za-z0-9_+\-/:]+$/.test(zone), `${zone} is the name of a time zone`)
  const offset = /^([+-]\d\d):?(\d\d)?$/.exec(zone)
  if (offset !== null) return `at time zone interval '${offset[1]}:${offset[2] ?? '00'}'`
  return `at time zone '${ZONES_NOT_OFFSETS[zone.toUpperCase()] ?? zone}'`
}
