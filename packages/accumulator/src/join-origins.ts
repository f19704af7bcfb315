/**
 * The parts of one key, one an origin, to the one row that they are together: sums add up, of extremes the largest or
 * smallest, the earliest first, the latest last. The twin of the SQL of the views.
 */
import type { Accumulator, Field } from './accumulator.ts'
import { bottomOf } from './field.ts'
import { join } from './join.ts'
import { compareLimbs, highLimb, limbsToBigInt, lowLimb } from './limbs.ts'
import type { Row } from './row.ts'

/**
 * A row as it is now: Redis's (and what Redis set aside of it) with the parts that PostgreSQL has of other origins. Of an
 * origin that both have, the join. Read Redis first: a row is in PostgreSQL before it leaves Redis.
 */
export function joinLive(accumulator: Accumulator, hot: readonly Row[], parts: readonly Row[]): Row | undefined {
  const rows = new Map<string, Row>()
  for (const row of [...hot, ...parts]) {
    const known = rows.get(row.origin)
    rows.set(row.origin, known === undefined ? row : join(accumulator, known, row))
  }
  return joinOrigins(accumulator, [...rows.values()])
}

/** One row an origin; undefined where there is none. */
export function joinOrigins(accumulator: Accumulator, parts: readonly Row[]): Row | undefined {
  const byOrigin = parts.toSorted((a, b) => (a.origin < b.origin ? -1 : 1))
  const newest = byOrigin.at(-1)
  if (newest === undefined) return undefined
  const slots = accumulator.bottoms.slice()
  for (const field of accumulator.fieldList) joinField(field, byOrigin, slots)
  const updates = parts.reduce((sum, part) => sum + part.updates, 0)
  return { origin: newest.origin, updates, slots }
}

/** Parts come from the oldest origin to the newest. */
function joinField({ spec, slot }: Field, parts: readonly Row[], slots: Float64Array): void {
  switch (spec.kind) {
    case 'count':
    case 'sum':
    case 'records':
      return addUp(parts, slots, slot)
    case 'net':
      addUp(parts, slots, slot)
      return addUp(parts, slots, slot + 2)
    case 'max':
      return keepWhere(parts, slots, slot, 2, (next, kept) => compareAt(next, kept, slot) > 0)
    case 'min':
      return keepWhere(parts, slots, slot, 2, (next, kept) => compareAt(next, kept, slot) < 0)
    case 'first':
      return keepWhere(parts, slots, slot, 4, (next, kept) => at(next, slot + 2) < at(kept, slot + 2))
    case 'last':
      return keepWhere(
        parts,
        slots,
        slot,
        4,
        (next, kept) => at(next, slot + 2) > 0 && at(next, slot + 2) >= at(kept, slot + 2),
      )
    case 'latest': {
      const [high = 0, low = 0] = bottomOf(spec.kind)
      return keepWhere(parts, slots, slot, 2, (next) => at(next, slot) !== high || at(next, slot + 1) !== low)
    }
  }
}

function addUp(parts: readonly Row[], slots: Float64Array, slot: number): void {
  const sum = parts.reduce((total, part) => total + limbsToBigInt(at(part.slots, slot), at(part.slots, slot + 1)), 0n)
  slots[slot] = highLimb(sum)
  slots[slot + 1] = lowLimb(sum)
}

function keepWhere(
  parts: readonly Row[],
  slots: Float64Array,
  slot: number,
  count: number,
  wins: (next: Float64Array, kept: Float64Array) => boolean,
): void {
  for (const part of parts) if (wins(part.slots, slots)) slots.set(part.slots.subarray(slot, slot + count), slot)
}

function compareAt(a: Float64Array, b: Float64Array, slot: number): number {
  return compareLimbs(at(a, slot), at(a, slot + 1), at(b, slot), at(b, slot + 1))
}

function at(slots: Float64Array, index: number): number {
  return slots[index] as number
}
