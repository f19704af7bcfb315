/**
 * The kinds of field a row can have. Each kind is a join-semilattice: it only ever grows in one order, from its bottom (the
 * value of a field that nothing has fed yet), so that PostgreSQL may join any snapshot, late or doubled, into its row.
 *
 * | kind    | slots                     | bytes | bottom                |
 * |---------|---------------------------|-------|-----------------------|
 * | count   | high, low                 | 8     | 0                     |
 * | sum     | high, low                 | 8, 12 for a product | 0       |
 * | net     | plus high, low, minus high, low | 16 | 0, 0               |
 * | max     | high, low                 | 8     | the smallest int64    |
 * | min     | high, low                 | 8     | the largest int64     |
 * | first   | high, low, time, arrival  | 24    | the latest time       |
 * | last    | high, low, time, arrival  | 24    | time 0                |
 * | latest  | high, low                 | 8     | the smallest int64    |
 * | records | high, low                 | 8     | 0                     |
 */
import { INT64_HIGH_MAX, INT64_HIGH_MIN, LIMB } from './limbs.ts'
import { TIME_US_MAX } from './tick.ts'

/** What a field takes from an event: a measure, its time, or the product of two measures. */
export type Measure = string | { readonly product: readonly [string, string] }

export type FieldSpec =
  | { readonly kind: 'count' }
  | { readonly kind: 'sum'; readonly of: Measure }
  | { readonly kind: 'net'; readonly of: string }
  | { readonly kind: 'max' | 'min'; readonly of: string }
  | { readonly kind: 'first' | 'last' | 'latest'; readonly of: string }
  | { readonly kind: 'records'; readonly of: string }

export type FieldKind = FieldSpec['kind']
export type Storage = 'int64' | 'uint96' | 'net' | 'event'

/** The name under which the event time itself is a measure, in µs. */
export const EVENT_TIME = 'time'

/** How many events fed the row. */
export const count = (): FieldSpec => ({ kind: 'count' })
/** Sum of a non-negative measure (int64), or of the product of two (to 2^96). */
export const sum = (of: Measure): FieldSpec => ({ kind: 'sum', of })
/** Signed sum, as a sum of the positive and one of the negative values. */
export const net = (of: string): FieldSpec => ({ kind: 'net', of })
export const max = (of: string): FieldSpec => ({ kind: 'max', of })
export const min = (of: string): FieldSpec => ({ kind: 'min', of })
/** The value of the earliest event by event time; of the first to arrive at equal times. */
export const first = (of: string): FieldSpec => ({ kind: 'first', of })
/** The value of the latest event by event time; of the last to arrive at equal times. */
export const last = (of: string): FieldSpec => ({ kind: 'last', of })
/** The value of the event that arrived last, whatever its time. */
export const latest = (of: string): FieldSpec => ({ kind: 'latest', of })
/** How often a new extreme was set in the named `max` or `min` field; the first event opens the range and is none. */
export const records = (ofField: string): FieldSpec => ({ kind: 'records', of: ofField })
/** The product of two measures, for `sum`. */
export const product = (a: string, b: string): Measure => ({ product: [a, b] })

export function storageOf(spec: FieldSpec): Storage {
  if (spec.kind === 'first' || spec.kind === 'last') return 'event'
  if (spec.kind === 'net') return 'net'
  return spec.kind === 'sum' && typeof spec.of === 'object' ? 'uint96' : 'int64'
}

export const SLOTS: Readonly<Record<Storage, number>> = { int64: 2, uint96: 2, net: 4, event: 4 }
export const BYTES: Readonly<Record<Storage, number>> = { int64: 8, uint96: 12, net: 16, event: 24 }

export function bottomOf(kind: FieldKind): readonly number[] {
  switch (kind) {
    case 'count':
    case 'sum':
    case 'records':
      return [0, 0]
    case 'net':
      return [0, 0, 0, 0]
    case 'max':
    case 'latest':
      return [INT64_HIGH_MIN, 0]
    case 'min':
      return [INT64_HIGH_MAX, LIMB - 1]
    case 'first':
      return [0, 0, TIME_US_MAX, 0]
    case 'last':
      return [0, 0, 0, 0]
  }
}

/** Whether a field goes on under a new origin (extremes, first, last, latest) or starts from its bottom (sums). */
export function goesOn(kind: FieldKind): boolean {
  return kind === 'max' || kind === 'min' || kind === 'first' || kind === 'last' || kind === 'latest'
}
