/** PostgreSQL refuses a batch that names one row twice; the join makes one of them, as writing both in turn would. */
import { type Accumulator, type ColdRow, join } from '@weir/accumulator'

export function uniqueRows(accumulator: Accumulator, rows: readonly ColdRow[]): readonly ColdRow[] {
  const unique = new Map<string, ColdRow>()
  for (const next of rows) {
    const name = `${next.period}:${next.row.origin}:${next.key}`
    const seen = unique.get(name)
    unique.set(name, seen === undefined ? next : { ...seen, row: join(accumulator, seen.row, next.row) })
  }
  return unique.size === rows.length ? rows : [...unique.values()]
}
