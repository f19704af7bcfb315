/**
 * How many ticks were accepted into a place, counted by request and apart from the rows. Redis has the count of each origin
 * in a period record, PostgreSQL a copy that may lag; the larger one is the count. On a live system it is known only as
 * bounds: what was accepted before the rows were read, and after.
 */
import type { ColdTotal, PeriodRecord } from '@weir/accumulator'

export interface CountBounds {
  readonly least: number
  readonly most: number
}

export type CountVerdict =
  | { readonly kind: 'fine'; readonly moving: boolean }
  /** More ticks in the rows than counted, and an older history took part: its count went with the Redis that lost it. */
  | { readonly kind: 'count-lost'; readonly ticks: number }
  | { readonly kind: 'gap' }

/** All arguments are of one place; `before` and `after` are the period records around the reading of the rows. */
export function countBounds(
  totals: readonly ColdTotal[],
  before: readonly PeriodRecord[],
  after: readonly PeriodRecord[],
): CountBounds {
  const least = new Map<string, number>()
  for (const total of totals) raise(least, total.origin, total.accepted)
  for (const record of before) raise(least, record.origin, record.accepted)
  const most = new Map(least)
  for (const record of after) raise(most, record.origin, record.accepted)
  return { least: sum(least), most: sum(most) }
}

export function judgeCount(bounds: CountBounds, counted: number, hasOlderHistory: boolean): CountVerdict {
  if (counted >= bounds.least && counted <= bounds.most) return { kind: 'fine', moving: bounds.least < bounds.most }
  if (counted > bounds.most && hasOlderHistory) return { kind: 'count-lost', ticks: counted - bounds.most }
  return { kind: 'gap' }
}

function raise(counts: Map<string, number>, origin: string, count: number): void {
  counts.set(origin, Math.max(count, counts.get(origin) ?? 0))
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0)
}
