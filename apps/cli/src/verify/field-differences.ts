/** Which fields of a row differ between Redis and PostgreSQL, in human units. */
import type { Accumulator, Row } from '@weir/accumulator'
import { rowTexts } from '../format/row-texts.ts'
import type { FieldDifference } from './report.ts'

export function fieldDifferences(accumulator: Accumulator, hotRow: Row, part: Row | undefined): FieldDifference[] {
  const redis = rowTexts(accumulator, hotRow)
  const postgres = part === undefined ? new Map<string, string | undefined>() : rowTexts(accumulator, part)
  return [...redis.keys()]
    .filter((field) => redis.get(field) !== postgres.get(field))
    .map((field) => ({ field, redis: redis.get(field), postgres: postgres.get(field) }))
}
