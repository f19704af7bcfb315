/**
 * An accumulator to the view that people query: one row a period and key, prices and sums in units as NUMERIC, times as
 * timestamptz. What only serves the merge in Redis (`latest`, the measure at the last record) is left out.
 */
import { type Accumulator, assert, EVENT_TIME, type FieldsView, type View } from '@weir/accumulator'
import { compileMarketView } from './compile-market-view.ts'
import { overOrigins } from './compile-origins.ts'
import { type FieldColumns, partsTable, quote, UPDATED_AT } from './parts-table.ts'
import { timeOfUs } from './period-sql.ts'
import { scaled } from './scaled-sql.ts'

const FIELDS_ONLY: View = { kind: 'fields' }

/** The statements that make the view, with what it stands on. */
export function compileView(accumulator: Accumulator): string[] {
  const { view = FIELDS_ONLY } = accumulator
  switch (view.kind) {
    case 'fields':
      return [compileFieldsView(accumulator, view)]
    case 'market':
      return compileMarketView(accumulator, view)
  }
}

function compileFieldsView(accumulator: Accumulator, { ratios = {}, times = {} }: FieldsView): string {
  const { table, rowName, fields } = partsTable(accumulator)
  const names = rowName.map((column) => `p.${quote(column)}`)
  const shown = fields.filter(({ field: { spec } }) => spec.kind !== 'latest' && !('atRecord' in spec))
  const columnsOf = (name: string): FieldColumns => {
    const columns = fields.find(({ field }) => field.name === name)
    assert(columns !== undefined, `${accumulator.name} has a field ${name}`)
    return columns
  }
  const valueOf = (name: string) => inUnits(columnsOf(name))
  const columns = [
    ...names,
    ...shown.map((field) => `${inUnits(field)} as ${quote(field.field.name)}`),
    ...Object.entries(ratios).map(
      ([name, { of, by }]) => `${valueOf(of)} / nullif(${valueOf(by)}, 0) as ${quote(name)}`,
    ),
    ...Object.entries(times).map(
      ([name, event]) => `${timeOfUs(overOrigins(columnsOf(event))[1] ?? '')} as ${quote(name)}`,
    ),
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
