/** PostgreSQL refuses a batch that names one row twice; the join makes one of them, as writing both in turn would. */
import { type Accumulator, type ColdRow, join } from '@weir/accumulator'

export function uniqueRows(accumulator: Accumulator, rows: readonly ColdRow[]): readonly ColdRow[] {
  // Most batches name no key twice, which is told without a name made for each row.
  if (new Set(rows.map(({ key }) => key)).size === rows.length) return rows
  const unique = new Map<string, ColdRow>()
  for (const next of rows) {
    const { period, key, row } = next
    const name = `${period}:${row.origin}:${key}`
    const seen = unique.get(name)
    unique.set(name, seen === undefined ? next : { period, key, row: join(accumulator, seen.row, row) })
  }
  return unique.size === rows.length ? rows : [...unique.values()]
}
