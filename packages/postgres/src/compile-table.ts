/**
 * An accumulator to its parts table: one row a period, key and origin, holding scaled integers and µs.
 *
 * The primary key is the only index, and no update touches a column of it, so that updates stay on their page (HOT) in the
 * room that the fillfactor leaves. Its first column is the period, so the newest period is the index's last entry. Keys
 * compare by bytes: quicker, and no upgrade of the system's collations can break the index.
 */
import type { Accumulator } from '@weir/accumulator'
import { type FieldColumns, ORIGIN, partsTable, quote, SHARD, UPDATED_AT, UPDATES } from './parts-table.ts'
import { periodTypes } from './period-sql.ts'

/** Hot rows are rewritten at every sync: room for it in each page, and vacuum before a fiftieth of the table is dead. */
const STORAGE = `fillfactor = 75, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05`

export function compileTable(accumulator: Accumulator): string {
  const { table, period, rowName, fields } = partsTable(accumulator)
  const columns = [
    `${quote(period.column)} ${periodTypes(period).column} not null`,
    ...accumulator.key.map((column) => `${quote(column)} text collate "C" not null`),
    `${ORIGIN} uuid not null`,
    `${SHARD} integer not null`,
    `${UPDATES} bigint not null`,
    ...fields.flatMap(fieldDefinitions),
    `${UPDATED_AT} timestamptz not null default now()`,
    `primary key (${[...rowName.map(quote), ORIGIN].join(', ')})`,
  ]
  return `create table ${quote(table)} (\n  ${columns.join(',\n  ')}\n) with (${STORAGE})`
}

function fieldDefinitions({ columns, type, nullable }: FieldColumns): string[] {
  return columns.map((column) => `${quote(column)} ${type}${nullable ? '' : ' not null'}`)
}
