/** Adds up the places of one accumulator as they are settled, so that only what is wrong is kept. */
import { type Accumulator, formatPeriod } from '@weir/accumulator'
import type { AccumulatorReport, Gap, Notice } from './report.ts'
import type { PlaceResult } from './verify-shard.ts'

/** Of each, that many are listed; all are counted. */
export const GAPS_LISTED_MAX = 1000

export interface Tally {
  add(result: PlaceResult): void
  report(): AccumulatorReport
  readonly gaps: readonly Gap[]
  readonly notices: readonly Notice[]
  noticesTotal(): number
}

export function createTally(accumulator: Accumulator): Tally {
  const periods = new Set<number>()
  const gaps: Gap[] = []
  const notices: Notice[] = []
  const sums = { accepted: 0, written: 0, pending: 0, quarantined: 0, rowsCompared: 0, gaps: 0, notices: 0, moving: 0 }
  return {
    gaps,
    notices,
    noticesTotal: () => sums.notices,
    add: (result) => {
      const { period, accepted, written, counted, quarantined, rowsCompared, verdict } = result
      periods.add(period)
      sums.accepted += accepted
      sums.written += written
      sums.pending += counted - written
      sums.quarantined += quarantined
      sums.rowsCompared += rowsCompared
      if (verdict.kind === 'fine' && verdict.moving) sums.moving += 1
      sums.gaps += list(gaps, gapsOf(accumulator, result))
      sums.notices += list(notices, noticesOf(accumulator, result))
    },
    report: () => {
      const { notices: _listed, ...numbers } = sums
      return { accumulator: accumulator.name, periods: periods.size, ...numbers }
    },
  }
}

/** Gives how many there are, listed or not. */
function list<Item>(listed: Item[], found: readonly Item[]): number {
  listed.push(...found.slice(0, Math.max(0, GAPS_LISTED_MAX - listed.length)))
  return found.length
}

function gapsOf(accumulator: Accumulator, result: PlaceResult): Gap[] {
  const { accepted, counted, verdict, findings } = result
  const place = placeOf(accumulator, result)
  const gaps: Gap[] = []
  for (const { key, origin, verdict: found, fields } of findings) {
    if (found.kind === 'gap') gaps.push({ kind: 'row', ...place, key, origin, fault: found.fault, fields })
  }
  if (verdict.kind === 'gap') gaps.push({ kind: 'count', ...place, accepted, counted })
  return gaps
}

function noticesOf(accumulator: Accumulator, result: PlaceResult): Notice[] {
  const { verdict, findings } = result
  const place = placeOf(accumulator, result)
  const notices: Notice[] = []
  for (const { key, verdict: found } of findings) {
    if (found.kind === 'older') notices.push({ kind: 'row-ahead', ...place, key, ticks: found.ticks })
  }
  if (verdict.kind === 'count-lost')
    notices.push({ kind: 'count-lost', ...place, key: undefined, ticks: verdict.ticks })
  return notices
}

function placeOf(accumulator: Accumulator, { shard, period }: PlaceResult) {
  return { accumulator: accumulator.name, shard, period, periodText: formatPeriod(accumulator.period, period) }
}
