/** Holds a row to the ticks that it must count. */
import { type Accumulator, isDirectional, type Row } from '@weir/accumulator'
import { nameOfOp, type Op } from '../plan/op.ts'
import { expectedField, feedingRow, storedField } from './expected-field.ts'

export interface Leniency {
  /**
   * A row began without knowing its extremes and the price before: its records may count one again, or miss the one that its
   * first tick was, and its first tick's direction is unknown.
   */
  readonly recordsAreUnknown: boolean
}

/** The first field that is wrong, in words; undefined where the row is what these ticks make, in this order. */
export function rowDifference(
  accumulator: Accumulator,
  row: Row | undefined,
  given: readonly Op[],
  { recordsAreUnknown }: Leniency,
): string | undefined {
  const ops = feedingRow(accumulator, given)
  if (row === undefined)
    return ops.length === 0 ? undefined : `there is no row, and ${ops.map(nameOfOp).join(' ')} belong into it`
  if (ops.length === 0) return `there is a row of ${row.updates} ticks, and none belongs into it`
  if (row.updates !== ops.length)
    return `it counts ${row.updates} ticks instead of ${ops.length}: ${ops.map(nameOfOp).join(' ')}`
  for (const field of accumulator.fieldList) {
    if (recordsAreUnknown && (field.spec.kind === 'records' || isDirectional({ fieldList: [field] }))) continue
    const stored = storedField(field, row)
    const expected = expectedField(accumulator, field, ops)
    if (stored.every((value, index) => value === expected[index])) continue
    return `${field.name} is ${stored.join(' at ')} instead of ${expected.join(' at ')} of ${ops.map(nameOfOp).join(' ')}`
  }
  return undefined
}
