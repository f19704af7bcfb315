/** A row: the running, absolute state of one key in one period, and the delta that a batch adds to it. */
import type { Accumulator } from './accumulator.ts'

export interface Row {
  /** The Redis history that this row counts: 32 hex digits, see origin.ts. */
  readonly origin: string
  /** How many events have fed the row under its origin: the arrival number of the last of them. */
  readonly updates: number
  /** The fields, each in the slots that the accumulator gives it. */
  readonly slots: Float64Array
}

/** What one batch adds to one row. Its slots are a row's, from the bottoms; arrivals count from 1 within the batch. */
export interface Delta {
  readonly period: number
  readonly key: string
  updates: number
  readonly slots: Float64Array
  /**
   * One list for each `records` field, in the order of fields: the strict running extremes of the batch, as limbs
   * (high, low, high, low …). Of n prices only about ln(n) set a new extreme, so the lists are short. Empty where no event of
   * the batch may set one.
   */
  readonly extremes: (readonly number[])[]
}

/** Separates the columns of a key; texts with control characters are refused at the edge. */
export const KEY_SEPARATOR = '\u001f'
const ASIDE_SEPARATOR = '\u0000'

export function emptyRow(accumulator: Accumulator, origin: string): Row {
  return { origin, updates: 0, slots: accumulator.bottoms.slice() }
}

export function emptyDelta(accumulator: Accumulator, period: number, key: string): Delta {
  const lists = accumulator.fieldList.filter((field) => field.spec.kind === 'records').map(() => [])
  return { period, key, updates: 0, slots: accumulator.bottoms.slice(), extremes: lists }
}

/** The name under which a dirty row of an older history is set aside until it is synced. */
export function asideField(key: string, origin: string): string {
  return key + ASIDE_SEPARATOR + origin
}

/** The key of a stored field: the field itself, or the key of a row set aside. */
export function keyOfField(field: string): string {
  const separator = field.indexOf(ASIDE_SEPARATOR)
  return separator < 0 ? field : field.slice(0, separator)
}

export function isAside(field: string): boolean {
  return field.includes(ASIDE_SEPARATOR)
}

/** A member of the dirty set: the period and the field of its row. */
export function dirtyMember(period: number, field: string): string {
  return `${period}:${field}`
}

export function parseDirtyMember(member: string): { period: number; field: string } {
  const colon = member.indexOf(':')
  return { period: Number(member.slice(0, colon)), field: member.slice(colon + 1) }
}
