/**
 * An accumulator to the statements that read its parts. What is not a field is named with a leading underscore, which no
 * identifier of an accumulator has.
 */
import type { Accumulator } from '@weir/accumulator'
import { NEWEST_ORIGIN, overOrigins, UPDATES_OF_ORIGINS } from './compile-origins.ts'
import { ORIGIN, partsTable, quote, SHARD, UPDATES } from './parts-table.ts'
import { idOfPeriod, periodOfId, periodTypes } from './period-sql.ts'

/** $1 is the period id, $2 the shard if given, then the key columns as arrays if given. */
export function compileParts(accumulator: Accumulator, given: { shard: boolean; keys: boolean }): string {
  const { table, period, fields } = partsTable(accumulator)
  const keys = accumulator.key.map((column) => `p.${quote(column)}`)
  const columns = [
    `p.${SHARD} as _shard`,
    `p.${ORIGIN} as _origin`,
    `p.${UPDATES} as _updates`,
    ...keys,
    ...fields.flatMap((field) => field.columns.map((column) => `p.${quote(column)}`)),
  ]
  const arrays = keys.map((_, index) => `$${index + (given.shard ? 3 : 2)}::text[]`)
  const conditions = [
    `p.${quote(period.column)} = ${periodOfId(period, `$1::${periodTypes(period).id}`)}`,
    ...(given.shard ? [`p.${SHARD} = $2::integer`] : []),
    ...(given.keys ? [`(${keys.join(', ')}) in (select * from unnest(${arrays.join(', ')}))`] : []),
  ]
  const order = [...keys, `p.${ORIGIN}`].join(', ')
  return `select ${columns.join(', ')}\nfrom ${quote(table)} as p\nwhere ${conditions.join('\n  and ')}\norder by ${order}`
}

/** Arrays of period ids and key columns; gives the joined row of each that exists, with its place in the arrays, from 1. */
export function compileSeeds(accumulator: Accumulator): string {
  const { table, period, fields } = partsTable(accumulator)
  const keys = accumulator.key.map(quote)
  const values = fields.flatMap((field) =>
    overOrigins(field).map((expression, index) => `${expression} as ${quote(field.columns[index] ?? '')}`),
  )
  const arrays = [periodTypes(period).id, ...keys.map(() => 'text')].map((type, index) => `$${index + 1}::${type}[]`)
  return [
    `select s._place, ${NEWEST_ORIGIN} as _origin, ${UPDATES_OF_ORIGINS} as _updates, ${values.join(', ')}`,
    `from unnest(${arrays.join(', ')}) with ordinality as s (_period, ${keys.join(', ')}, _place)`,
    `join ${quote(table)} as p on p.${quote(period.column)} = ${periodOfId(period, 's._period')}`,
    ...keys.map((key) => `  and p.${key} = s.${key} collate "C"`),
    `group by s._place`,
  ].join('\n')
}

/**
 * Rows' updates beside accepted counts. $1 is the accumulator; $2 and $3 the first and last period id, NULL where open.
 */
export function compileTotals(accumulator: Accumulator): string {
  const { table, period } = partsTable(accumulator)
  const column = `p.${quote(period.column)}`
  const bound = (parameter: string) => periodOfId(period, `${parameter}::${periodTypes(period).id}`)
  return [
    `with parts as (`,
    `  select ${idOfPeriod(period, column)} as period, p.${SHARD} as shard, p.${ORIGIN} as origin, sum(p.${UPDATES}) as updates`,
    `  from ${quote(table)} as p`,
    `  where ($2::bigint is null or ${column} >= ${bound('$2::bigint')}) and ($3::bigint is null or ${column} <= ${bound('$3::bigint')})`,
    `  group by ${column}, p.${SHARD}, p.${ORIGIN}`,
    `), counts as (`,
    `  select c.period, c.shard, c.origin, c.accepted from accepted_counts as c where c.accumulator = $1`,
    `  and ($2::bigint is null or c.period >= $2::bigint) and ($3::bigint is null or c.period <= $3::bigint)`,
    `)`,
    `select period as _period, shard as _shard, origin as _origin,`,
    `  coalesce(parts.updates, 0) as _updates, coalesce(counts.accepted, 0) as _accepted`,
    `from parts full join counts using (period, shard, origin)`,
    `order by period, shard, origin`,
  ].join('\n')
}

/** The newest period of each accumulator, in one row, in the columns `_0`, `_1` …: the last entry of each primary key. */
export function compileNewestPeriods(accumulators: readonly Accumulator[]): string {
  const columns = accumulators.map((accumulator, index) => {
    const { table, period } = partsTable(accumulator)
    return `(select ${idOfPeriod(period, `max(p.${quote(period.column)})`)} from ${quote(table)} as p) as _${index}`
  })
  return `select ${columns.join(', ')}`
}
