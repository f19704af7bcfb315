/**
 * An accumulator to its upsert: the join of `join.ts` in SQL, for a whole batch in one statement of constant text, prepared
 * once a connection. The statement is its own transaction.
 *
 * - Rows go in the order of the primary key, so that two upserts at once wait for each other and never deadlock.
 * - A row is written only where the join changes it: a snapshot that comes again costs no new row version. Every field is
 *   compared, so a value that somebody lowered by hand is mended when its row is sent again.
 * - A snapshot of a part that was compacted since is passed over, where the compacted part has all of it, and refused where it has not.
 *   Only periods up to the newest that was compacted are looked up.
 */
import type { Accumulator } from '@weir/accumulator'
import { type FieldColumns, literal, ORIGIN, partsTable, quote, SHARD, UPDATED_AT, UPDATES } from './parts-table.ts'
import { periodOfId, periodTypes } from './period-sql.ts'

/** $1 is the shard; then one array a column: period ids, key columns, origins, updates, fields. */
export function compileUpsert(accumulator: Accumulator): string {
  const { table, period, rowName, fields } = partsTable(accumulator)
  const keys = accumulator.key.map(quote)
  const fieldNames = fields.flatMap(({ columns }) => columns.map(quote))
  const given = [quote(period.column), ...keys, ORIGIN, UPDATES, ...fieldNames]
  const types = [
    periodTypes(period).id,
    ...keys.map(() => 'text'),
    'uuid',
    'bigint',
    ...fields.flatMap(({ columns, type }) => columns.map(() => type)),
  ]
  const arrays = types.map((type, index) => `$${index + 2}::${type}[]`)
  const values = [periodOfId(period, `s.${quote(period.column)}`), ...given.slice(1).map((column) => `s.${column}`)]
  const order = [`s.${quote(period.column)}`, ...keys.map((key) => `s.${key} collate "C"`), `s.${ORIGIN}`]
  const joins = fields.map(joinOf)
  return [
    `insert into ${quote(table)} as p (${[...given, SHARD].join(', ')})`,
    `select ${[...values, '$1::integer'].join(', ')}`,
    `from unnest(${arrays.join(', ')}) as s (${given.join(', ')})`,
    `where ${isNew(accumulator)}`,
    `order by ${order.join(', ')}`,
    `on conflict (${[...rowName.map(quote), ORIGIN].join(', ')}) do update set`,
    `  ${[`${UPDATES} = greatest(p.${UPDATES}, excluded.${UPDATES})`, ...joins.flatMap((join) => join.set)].join(',\n  ')},`,
    `  ${UPDATED_AT} = now()`,
    `where ${[`excluded.${UPDATES} > p.${UPDATES}`, ...joins.flatMap((join) => join.changes)].join('\n  or ')}`,
  ].join('\n')
}

/** Of a row `s`: false where a compacted part has its state already; an error where that has an earlier one. */
function isNew({ name, period, key }: Accumulator): string {
  const id = `s.${quote(period.column)}`
  const keys = `array[${key.map((column) => `s.${quote(column)}`).join(', ')}] collate "C"`
  const updates = `s.${UPDATES}`
  return [
    `case when ${id} > coalesce((select max(c.period) from compacted_parts as c where c.accumulator = ${literal(name)}), ${id} - 1)`,
    `  then true else coalesce((`,
    `    select case`,
    `      when f.place is null then true`,
    `      when ${updates} <= c.updates[f.place] then false`,
    `      else weir_refuse_compacted(c.key, s.${ORIGIN}, c.updates[f.place], ${updates})`,
    `    end`,
    `    from compacted_parts as c, array_position(c.origins, s.${ORIGIN}) as f (place)`,
    `    where c.accumulator = ${literal(name)} and c.period = ${id} and c.key = ${keys}`,
    `  ), true)`,
    `end`,
  ].join('\n')
}

interface FieldJoin {
  readonly set: readonly string[]
  /** Conditions under which the join changes the row, beyond its `updates` having grown. */
  readonly changes: readonly string[]
}

function joinOf({ field, columns, nullable }: FieldColumns): FieldJoin {
  switch (field.spec.kind) {
    case 'min':
      return extremeJoin(columns, 'least', '<', nullable)
    case 'first':
      return eventJoin(columns, '<')
    case 'last':
      return eventJoin(columns, '>')
    case 'latest':
      return { set: columns.map((column) => chosen(column, `excluded.${UPDATES} > p.${UPDATES}`)), changes: [] }
    case 'count':
    case 'sum':
    case 'net':
    case 'records':
    case 'max':
      return extremeJoin(columns, 'greatest', '>', nullable)
  }
}

/** GREATEST and LEAST pass over NULL, the bottom; `>` and `<` do not, so the first value is a condition of its own. */
function extremeJoin(columns: readonly string[], join: string, beyond: string, nullable: boolean): FieldJoin {
  const names = columns.map(quote)
  return {
    set: names.map((name) => `${name} = ${join}(p.${name}, excluded.${name})`),
    changes: names.flatMap((name) => [
      `excluded.${name} ${beyond} p.${name}`,
      ...(nullable ? [`(p.${name} is null and excluded.${name} is not null)`] : []),
    ]),
  }
}

/** By (time, arrival). A comparison with NULLs is not true, so an event that never happened displaces none. */
function eventJoin(columns: readonly string[], beyond: string): FieldJoin {
  const [, time = '', arrival = ''] = columns.map(quote)
  const first = `(p.${time} is null and excluded.${time} is not null)`
  const later = `(excluded.${time}, excluded.${arrival}) ${beyond} (p.${time}, p.${arrival})`
  return { set: columns.map((column) => chosen(column, `${first} or ${later}`)), changes: [first, later] }
}

function chosen(column: string, condition: string): string {
  return `${quote(column)} = case when ${condition} then excluded.${quote(column)} else p.${quote(column)} end`
}
