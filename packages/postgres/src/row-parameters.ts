/** Names of rows to parameters: one array a column. */
import { KEY_SEPARATOR, StoreError } from '@weir/accumulator'
import type { PartsTable } from './parts-table.ts'

/** One array a key column. A key of another number of columns was put into Redis by hand, and no repeat helps it. */
export function keyArrays({ accumulator, table }: PartsTable, rows: readonly { readonly key: string }[]): string[][] {
  const count = accumulator.key.length
  if (count === 1) return [rows.map(({ key }) => key)]
  const keys = rows.map(({ key }) => {
    const columns = key.split(KEY_SEPARATOR)
    if (columns.length === count) return columns
    const message = `the key ${JSON.stringify(key)} has ${columns.length} columns, ${table} has ${count}`
    throw new StoreError('WEIR_ROW_REFUSED', `${message}: remove it from Redis`)
  })
  return accumulator.key.map((_, column) => keys.map((columns) => columns[column] ?? ''))
}

export function numericArray(values: readonly string[]): string {
  return `{${values.join(',')}}`
}
