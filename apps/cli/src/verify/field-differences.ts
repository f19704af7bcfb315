/** Which fields of a row differ between Redis and PostgreSQL, in human units. */
import type { Accumulator, Row } from '@weir/accumulator'
import { rowTexts } from '../format/row-texts.ts'
import type { FieldDifference } from './report.ts'

/** Either may be missing: all fields of the other are then listed. */
export function fieldDifferences(
  accumulator: Accumulator,
  hotRow: Row | undefined,
  part: Row | undefined,
): FieldDifference[] {
  const textsOf = (row: Row | undefined) =>
    row === undefined ? new Map<string, string | undefined>() : rowTexts(accumulator, row)
  const redis = textsOf(hotRow)
  const postgres = textsOf(part)
  return [...(hotRow === undefined ? postgres : redis).keys()]
    .filter((field) => redis.get(field) !== postgres.get(field))
    .map((field) => ({ field, redis: redis.get(field), postgres: postgres.get(field) }))
}
