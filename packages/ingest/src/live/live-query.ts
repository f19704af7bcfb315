/** The parameters of live reads; what is wrong with one is a 400 that says so. */
import { HttpError } from '@weir/service'
import { symbolFault } from '../validate-tick.ts'
import { parseDate } from './session-date.ts'

type Query = Readonly<Record<string, unknown>>

/** The day; undefined: the newest. */
export function readSession({ session }: Query): number | undefined {
  if (session === undefined) return undefined
  const date = typeof session === 'string' ? parseDate(session) : undefined
  if (date === undefined) throw invalid('session is a date, as 2013-10-07')
  return date
}

export function readLimit({ limit }: Query, { fallback, max }: { fallback: number; max: number }): number {
  if (limit === undefined) return fallback
  const number = typeof limit === 'string' && /^\d{1,6}$/.test(limit) ? Number(limit) : 0
  if (number < 1 || number > max) throw invalid(`limit is a whole number from 1 to ${max}`)
  return number
}

/** A symbol, or the name of a source: held to the same rules. */
export function readName(name: unknown, what: string): string {
  const fault = symbolFault(name)
  if (fault !== undefined) throw invalid(fault.replace(/^symbol/, what))
  return name as string
}

export function readOptionalName(name: unknown, what: string): string | undefined {
  return name === undefined ? undefined : readName(name, what)
}

/** A misspelled parameter would silently give another answer. */
export function refuseUnknown(query: Query, known: readonly string[]): void {
  const unknown = Object.keys(query).find((name) => !known.includes(name))
  if (unknown !== undefined) throw invalid(`there is no parameter ${unknown}; there are ${known.join(', ')}`)
}

function invalid(message: string): HttpError {
  return new HttpError(400, 'WEIR_QUERY_INVALID', message)
}
