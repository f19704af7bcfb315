/** Holds a row to the ticks that it must count. */
import type { Accumulator, Row } from '@weir/accumulator'
import { nameOfOp, type Op } from '../plan/op.ts'
import { expectedField, storedField } from './expected-field.ts'

export interface Leniency {
  /** A row began without knowing its extremes: its records may count one again, or miss the one that its first tick was. */
  readonly recordsAreUnknown: boolean
}

/** The first field that is wrong, in words; undefined where the row is what these ticks make, in this order. */
export function rowDifference(
  accumulator: Accumulator,
  row: Row | undefined,
  ops: readonly Op[],
  { recordsAreUnknown }: Leniency,
): string | undefined {
  if (row === undefined)
    return ops.length === 0 ? undefined : `there is no row, and ${ops.map(nameOfOp).join(' ')} belong into it`
  if (ops.length === 0) return `there is a row of ${row.updates} ticks, and none belongs into it`
  if (row.updates !== ops.length)
    return `it counts ${row.updates} ticks instead of ${ops.length}: ${ops.map(nameOfOp).join(' ')}`
  for (const field of accumulator.fieldList) {
    if (recordsAreUnknown && field.spec.kind === 'records') continue
    const stored = storedField(field, row)
    const expected = expectedField(accumulator, field, ops)
    if (stored.every((value, index) => value === expected[index])) continue
    return `${field.name} is ${stored.join(' at ')} instead of ${expected.join(' at ')} of ${ops.map(nameOfOp).join(' ')}`
  }
  return undefined
}
