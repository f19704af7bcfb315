/**
 * Judges one row of Redis against its part in PostgreSQL, on a live system: the row is read before and after the part, and
 * since rows only grow, the part must lie between the two. No lock, no pause, and no false alarm.
 */
import { type Accumulator, join, type Row } from '@weir/accumulator'
import type { RowFault } from './report.ts'

export interface HotRow {
  readonly key: string
  readonly row: Row
  readonly dirty: boolean
  readonly quarantined: boolean
}

export type RowVerdict =
  | { readonly kind: 'fine' }
  /** PostgreSQL keeps what a Redis that was wiped, failed over or restored has forgotten: as promised. */
  | { readonly kind: 'ahead-of-older-history'; readonly ticks: number }
  | { readonly kind: 'gap'; readonly fault: RowFault }

const FINE: RowVerdict = { kind: 'fine' }

/**
 * `after` is the row read once more after the part, or `before` itself; undefined where it is gone or restarted under a new
 * origin, which only a synced row does. `older`: the row's origin is older than its shard's.
 */
export function judgeRow(
  accumulator: Accumulator,
  reading: { before: HotRow; part: Row | undefined; after: HotRow | undefined; older: boolean },
): RowVerdict {
  const { before, part, after, older } = reading
  if (part === undefined) return before.dirty ? FINE : gap('missing')
  if (!before.dirty && !isEarlierOrSame(accumulator, before.row, part)) {
    return gap(part.updates < before.row.updates ? 'behind' : 'different')
  }
  if (after === undefined || isEarlierOrSame(accumulator, part, after.row)) return FINE
  if (part.updates <= after.row.updates || !isEarlierOrSame(accumulator, after.row, part)) return gap('different')
  return older ? { kind: 'ahead-of-older-history', ticks: part.updates - after.row.updates } : gap('ahead')
}

function isSameRow(a: Row, b: Row): boolean {
  return a.origin === b.origin && a.updates === b.updates && a.slots.every((value, slot) => value === b.slots[slot])
}

/** Within one origin, as many updates mean the same row, byte for byte; fewer mean that the join gives the later one. */
function isEarlierOrSame(accumulator: Accumulator, a: Row, b: Row): boolean {
  if (a.updates === b.updates) return isSameRow(a, b)
  return a.updates < b.updates && isSameRow(join(accumulator, a, b), b)
}

function gap(fault: RowFault): RowVerdict {
  return { kind: 'gap', fault }
}
