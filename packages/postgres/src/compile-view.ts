/**
 * An accumulator to the view that people query: one row a period and key, prices and sums in units as NUMERIC, times as
 * timestamptz. What only serves the merge in Redis (`latest`, the measure at the last record) is left out.
 */
import { type Accumulator, EVENT_TIME } from '@weir/accumulator'
import { overOrigins } from './compile-origins.ts'
import { type FieldColumns, partsTable, quote, UPDATED_AT } from './parts-table.ts'
import { timeOfUs } from './period-sql.ts'

export function compileView(accumulator: Accumulator): string {
  const { table, rowName, fields } = partsTable(accumulator)
  const names = rowName.map((column) => `p.${quote(column)}`)
  const shown = fields.filter(({ field: { spec } }) => spec.kind !== 'latest' && !('atRecord' in spec))
  const columns = [
    ...names,
    ...shown.map((field) => `${inUnits(field)} as ${quote(field.field.name)}`),
    `max(p.${UPDATED_AT}) as ${UPDATED_AT}`,
  ]
  return [
    `create view ${quote(accumulator.name)} as`,
    `select\n  ${columns.join(',\n  ')}`,
    `from ${quote(table)} as p`,
    `group by ${names.join(', ')}`,
  ].join('\n')
}

function inUnits(columns: FieldColumns): string {
  const { spec, digits } = columns.field
  const [value = '', minus] = overOrigins(columns)
  if (spec.kind === 'count' || spec.kind === 'records') return `${value}::bigint`
  if (spec.of === EVENT_TIME) return timeOfUs(value)
  return scaled(spec.kind === 'net' ? `(${value} - ${minus})` : value, digits ?? 0)
}

/** A product with 0.0001 keeps every digit; a division by 10000 would round where NUMERIC has 16 of them. */
function scaled(value: string, digits: number): string {
  return digits === 0 ? `${value}::numeric` : `${value} * 0.${'1'.padStart(digits, '0')}`
}
