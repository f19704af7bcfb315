/** An accumulator to the statements of live reads. What is no field is named with a leading underscore, as in other reads. */
import type { Accumulator } from '@weir/accumulator'
import { NEWEST_ORIGIN, overOrigins, UPDATES_OF_ORIGINS } from './compile-origins.ts'
import { ORIGIN, partsTable, quote, SHARD, UPDATES } from './parts-table.ts'
import { idOfPeriod, periodOfId, periodTypes } from './period-sql.ts'

/** $1 is the period id, then a value a key column: keys after that one, $n of them at most. By the primary key. */
export function compileKeys(accumulator: Accumulator): string {
  const { table, period } = partsTable(accumulator)
  const keys = accumulator.key.map((column) => `p.${quote(column)}`).join(', ')
  const after = accumulator.key.map((_, index) => `$${index + 2}::text`).join(', ')
  return [
    `select distinct ${keys} from ${quote(table)} as p`,
    `where p.${quote(period.column)} = ${periodOfId(period, `$1::${periodTypes(period).id}`)} and (${keys}) > (${after})`,
    `order by ${keys} limit $${accumulator.key.length + 2}::integer`,
  ].join('\n')
}

/** Arrays of period ids and key columns; gives every part of each row. */
export function compilePartsOf(accumulator: Accumulator): string {
  const { table, period, fields } = partsTable(accumulator)
  const keys = accumulator.key.map(quote)
  const columns = fields.flatMap((field) => field.columns.map((column) => `p.${quote(column)}`))
  const arrays = [periodTypes(period).id, ...keys.map(() => 'text')].map((type, index) => `$${index + 1}::${type}[]`)
  return [
    `select s._period, p.${SHARD} as _shard, p.${ORIGIN} as _origin, p.${UPDATES} as _updates,`,
    `  ${[...keys.map((key) => `p.${key}`), ...columns].join(', ')}`,
    `from unnest(${arrays.join(', ')}) as s (_period, ${keys.join(', ')})`,
    `join ${quote(table)} as p on p.${quote(period.column)} = ${periodOfId(period, 's._period')}`,
    ...keys.map((key) => `  and p.${key} = s.${key} collate "C"`),
  ].join('\n')
}

/** $1 and $2 are the first and last period id, $3 the most rows, then, if given, a value a key column. */
export function compileJoined(accumulator: Accumulator, given: { readonly key: boolean }): string {
  const { table, period, fields } = partsTable(accumulator)
  const column = `p.${quote(period.column)}`
  const keys = accumulator.key.map((key) => `p.${quote(key)}`)
  const values = fields.flatMap((field) =>
    overOrigins(field).map((expression, index) => `${expression} as ${quote(field.columns[index] ?? '')}`),
  )
  const bound = (parameter: string) => periodOfId(period, `${parameter}::${periodTypes(period).id}`)
  const conditions = [
    `${column} between ${bound('$1')} and ${bound('$2')}`,
    ...(given.key ? keys.map((key, index) => `${key} = $${index + 4}::text collate "C"`) : []),
  ]
  return [
    `select ${idOfPeriod(period, column)} as _period, ${NEWEST_ORIGIN} as _origin, ${UPDATES_OF_ORIGINS} as _updates,`,
    `  ${[...keys, ...values].join(', ')}`,
    `from ${quote(table)} as p`,
    `where ${conditions.join(' and ')}`,
    `group by ${[column, ...keys].join(', ')}`,
    `order by ${column} desc, ${keys.join(', ')} limit $3::integer`,
  ].join('\n')
}
