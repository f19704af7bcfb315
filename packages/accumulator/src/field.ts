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

/** Against the event before it of the same key and session, by the measure that the layout judges: see direction.ts. */
export type Direction = 'up' | 'down' | 'flat'

interface Fed {
  /** The input that feeds the field, by name; that of the first feed where absent. */
  readonly from?: string
}

interface FedByDirection extends Fed {
  /** Only events of this direction. */
  readonly when?: Direction
}

export type FieldSpec =
  | ({ readonly kind: 'count' } & FedByDirection)
  | ({ readonly kind: 'sum'; readonly of: Measure } & FedByDirection)
  | ({ readonly kind: 'net'; readonly of: string } & Fed)
  | ({ readonly kind: 'max' | 'min'; readonly of: string; readonly atRecord?: string } & Fed)
  | ({ readonly kind: 'first' | 'last' | 'latest'; readonly of: string } & Fed)
  | {
      readonly kind: 'records'
      readonly of: string
      /** A new extreme less than this beyond the measure at the last record (in 1/10,000 of it) is none. */
      readonly minMoveBps?: number
      /** A measure of another input: records that were counted elsewhere. */
      readonly plus?: { readonly from: string; readonly of: string }
    }

export type FieldKind = FieldSpec['kind']
export const FIELD_KINDS: readonly FieldKind[] = [
  'count',
  'sum',
  'net',
  'max',
  'min',
  'first',
  'last',
  'latest',
  'records',
]
export type Storage = 'int64' | 'uint96' | 'net' | 'event'

/** The name under which the event time itself is a measure, in µs. */
export const EVENT_TIME = 'time'

/** How many events fed the row. */
export const count = (options: FedByDirection = {}): FieldSpec => ({ kind: 'count', ...options })
/** Sum of a non-negative measure (int64), or of the product of two (to 2^96). */
export const sum = (of: Measure, options: FedByDirection = {}): FieldSpec => ({ kind: 'sum', of, ...options })
/** Signed sum, as a sum of the positive and one of the negative values. */
export const net = (of: string, options: Fed = {}): FieldSpec => ({ kind: 'net', of, ...options })
/** `atRecord`: not the extreme itself, but the measure at the last record of this field, kept for its `minMoveBps`. */
export const max = (of: string, options: Fed & { atRecord?: string } = {}): FieldSpec => ({
  kind: 'max',
  of,
  ...options,
})
export const min = (of: string, options: Fed & { atRecord?: string } = {}): FieldSpec => ({
  kind: 'min',
  of,
  ...options,
})
/** The value of the earliest event by event time; of the first to arrive at equal times. */
export const first = (of: string, options: Fed = {}): FieldSpec => ({ kind: 'first', of, ...options })
/** The value of the latest event by event time; of the last to arrive at equal times. */
export const last = (of: string, options: Fed = {}): FieldSpec => ({ kind: 'last', of, ...options })
/** The value of the event that arrived last, whatever its time. */
export const latest = (of: string, options: Fed = {}): FieldSpec => ({ kind: 'latest', of, ...options })
/** How often a new extreme was set in the named `max` or `min` field; the first event opens the range and is none. */
export const records = (
  ofField: string,
  options: { minMoveBps?: number; plus?: { from: string; of: string } } = {},
): FieldSpec => ({ kind: 'records', of: ofField, ...options })
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
