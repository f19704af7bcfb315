/**
 * The join: what PostgreSQL does with a snapshot of a row it already has under the same origin, in TypeScript. Idempotent,
 * commutative and associative, so that a snapshot may arrive late, twice or out of order. The SQL is generated from the
 * same definition.
 */
import type { Accumulator, Field } from './accumulator.ts'
import { assert } from './assert.ts'
import { compareLimbs } from './limbs.ts'
import type { Row } from './row.ts'

export function join(accumulator: Accumulator, a: Row, b: Row): Row {
  assert(a.origin === b.origin, 'rows of two histories are never joined: views add them up')
  const slots = a.slots.slice()
  for (const field of accumulator.fieldList) joinField(field, a, b, slots)
  return { origin: a.origin, updates: Math.max(a.updates, b.updates), slots }
}

function joinField({ spec, slot }: Field, a: Row, b: Row, slots: Float64Array): void {
  switch (spec.kind) {
    case 'min':
      if (compareAt(b.slots, a.slots, slot) < 0) copy(slots, b.slots, slot, 2)
      return
    case 'first':
      if (compareEvents(b.slots, a.slots, slot) < 0) copy(slots, b.slots, slot, 4)
      return
    case 'last':
      if (compareEvents(b.slots, a.slots, slot) > 0) copy(slots, b.slots, slot, 4)
      return
    case 'latest':
      if (b.updates > a.updates) copy(slots, b.slots, slot, 2)
      return
    case 'net':
      if (compareAt(b.slots, a.slots, slot) > 0) copy(slots, b.slots, slot, 2)
      if (compareAt(b.slots, a.slots, slot + 2) > 0) copy(slots, b.slots, slot + 2, 2)
      return
    case 'count':
    case 'sum':
    case 'max':
    case 'records':
      if (compareAt(b.slots, a.slots, slot) > 0) copy(slots, b.slots, slot, 2)
  }
}

function compareAt(a: Float64Array, b: Float64Array, slot: number): number {
  return compareLimbs(a[slot] as number, a[slot + 1] as number, b[slot] as number, b[slot + 1] as number)
}

/** By event time, then by arrival: within one origin no two events share an arrival number. */
function compareEvents(a: Float64Array, b: Float64Array, slot: number): number {
  return (a[slot + 2] as number) - (b[slot + 2] as number) || (a[slot + 3] as number) - (b[slot + 3] as number)
}

function copy(target: Float64Array, source: Float64Array, slot: number, count: number): void {
  for (let index = slot; index < slot + count; index++) target[index] = source[index] as number
}
