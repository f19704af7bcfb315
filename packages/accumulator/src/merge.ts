/**
 * The merge: what `apply` does to one row in Redis, in TypeScript. The Lua is generated from the same definition and held
 * equal to this by the conformance suite.
 */
import type { Accumulator, Field } from './accumulator.ts'
import { bottomOf, goesOn } from './field.ts'
import { addInt64, addUint96 } from './limb-sums.ts'
import { compareLimbs, limbsToBigInt } from './limbs.ts'
import type { Delta, Row } from './row.ts'

export type MergeOutcome =
  | { readonly kind: 'merged'; readonly row: Row }
  | { readonly kind: 'overflow'; readonly field: string }

/** Row and delta in, the next row out; neither argument is changed. */
export function merge(accumulator: Accumulator, row: Row, delta: Delta): MergeOutcome {
  const slots = row.slots.slice()
  let list = 0
  for (const field of accumulator.fieldList) {
    const extremes = field.spec.kind === 'records' ? (delta.extremes[list++] ?? []) : []
    if (!mergeField(accumulator, field, row, delta, slots, extremes)) return { kind: 'overflow', field: field.name }
  }
  return { kind: 'merged', row: { origin: row.origin, updates: row.updates + delta.updates, slots } }
}

/**
 * The first state of a row under a new origin: sums start at zero, since PostgreSQL adds origins up; extremes, the first,
 * last and latest event go on, with arrival 0, since they arrived before every event of the new origin.
 */
export function restart(accumulator: Accumulator, row: Row, origin: string): Row {
  const slots = row.slots.slice()
  for (const { spec, slot } of accumulator.fieldList) {
    if (!goesOn(spec.kind)) slots.set(bottomOf(spec.kind), slot)
    else if (spec.kind === 'first' || spec.kind === 'last') slots[slot + 3] = 0
  }
  return { origin, updates: 0, slots }
}

function mergeField(
  accumulator: Accumulator,
  field: Field,
  row: Row,
  delta: Delta,
  slots: Float64Array,
  extremes: readonly number[],
): boolean {
  const { spec, slot, storage } = field
  const high = delta.slots[slot] as number
  const low = delta.slots[slot + 1] as number
  const order = compareLimbs(high, low, slots[slot] as number, slots[slot + 1] as number)
  switch (spec.kind) {
    case 'count':
    case 'sum':
      return storage === 'uint96' ? addUint96(slots, slot, high, low) : addInt64(slots, slot, high, low)
    case 'net': {
      const minusHigh = delta.slots[slot + 2] as number
      const minusLow = delta.slots[slot + 3] as number
      return addInt64(slots, slot, high, low) && addInt64(slots, slot + 2, minusHigh, minusLow)
    }
    case 'max':
      if (order > 0) copy(slots, delta.slots, slot)
      return true
    case 'min':
      if (order < 0) copy(slots, delta.slots, slot)
      return true
    case 'latest':
      if (high !== bottomOf('latest')[0] || low !== 0) copy(slots, delta.slots, slot)
      return true
    case 'first':
    case 'last': {
      const time = delta.slots[slot + 2] as number
      const stored = slots[slot + 2] as number
      const wins = spec.kind === 'first' ? time < stored : time >= stored && time > 0
      if (wins) {
        copy(slots, delta.slots, slot)
        slots[slot + 2] = time
        slots[slot + 3] = row.updates + (delta.slots[slot + 3] as number)
      }
      return true
    }
    case 'records':
      return addInt64(slots, slot, high, low + countRecords(accumulator, field, row, extremes, slots))
  }
}

/**
 * Of the batch's running extremes, those beyond the row's. The first event of a row opens the range and is none; with a least
 * move, the measure at the last record (before any: at the first event) is kept in a field of its own.
 */
function countRecords(
  accumulator: Accumulator,
  { extreme, lastRecord, spec }: Field,
  row: Row,
  extremes: readonly number[],
  slots: Float64Array,
): number {
  const field = accumulator.fieldList[extreme] as Field
  const bottom = bottomOf(field.spec.kind)
  const sign = field.spec.kind === 'max' ? 1 : -1
  const kept = accumulator.fieldList[lastRecord]
  const factor = 10_000 + sign * (spec.kind === 'records' ? (spec.minMoveBps ?? 0) : 0)
  let high = row.slots[field.slot] as number
  let low = row.slots[field.slot + 1] as number
  let open = high !== bottom[0] || low !== bottom[1]
  let events = 0
  for (let index = 0; index < extremes.length; index += 2) {
    const nextHigh = extremes[index] as number
    const nextLow = extremes[index + 1] as number
    if (open && compareLimbs(nextHigh, nextLow, high, low) * sign <= 0) continue
    const isRecord = open && (kept === undefined || isFarFrom(slots, kept.slot, nextHigh, nextLow, factor, sign))
    if (isRecord) events++
    if (kept !== undefined && (isRecord || !open)) {
      slots[kept.slot] = nextHigh
      slots[kept.slot + 1] = nextLow
    }
    open = true
    high = nextHigh
    low = nextLow
  }
  return events
}

/** Whether next ≥ kept × factor / 10,000 (for lows: ≤), exactly. */
function isFarFrom(
  slots: Float64Array,
  slot: number,
  nextHigh: number,
  nextLow: number,
  factor: number,
  sign: number,
): boolean {
  const next = limbsToBigInt(nextHigh, nextLow) * 10_000n
  const bound = limbsToBigInt(slots[slot] as number, slots[slot + 1] as number) * BigInt(factor)
  return sign > 0 ? next >= bound : next <= bound
}

function copy(target: Float64Array, source: Float64Array, slot: number): void {
  target[slot] = source[slot] as number
  target[slot + 1] = source[slot + 1] as number
}
