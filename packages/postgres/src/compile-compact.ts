/**
 * An accumulator to the statements that compact the parts of one period: one transaction, in the order of the fields below.
 *
 * Parts of a key become one, under the oldest of their origins, with the columns that the view makes of them; which origins it
 * holds, and with how many updates each, is kept in `compacted_parts`. So the statement of an upsert, late or doubled, knows what
 * the compacted part has already. Accepted counts are compacted with the parts they count.
 *
 * Everywhere $1 is the period id, and $2 the origins that may be compacted: those known to be final.
 */
import type { Accumulator } from '@weir/accumulator'
import { overOrigins } from './compile-origins.ts'
import { literal, ORIGIN, partsTable, quote, SHARD, UPDATED_AT, UPDATES } from './parts-table.ts'
import { idOfPeriod, periodOfId, periodTypes } from './period-sql.ts'

export interface CompactStatements {
  /** Against every other writer: a statement that waits for this sees what was compacted meanwhile. No parameters. */
  readonly lock: string
  /** `_parts`, `_bytes` of the period. Without $2. */
  readonly size: string
  /** Shards with more ticks accepted than their rows hold. Without $2. */
  readonly gaps: string
  /** Which origins each key's compacted part will hold. */
  readonly entries: string
  /** The shard for parts of a key that lie in several; `_shard` is NULL where there are none. Without $2. */
  readonly target: string
  /** The oldest part of each key becomes the compacted one. Without $2. */
  readonly compact: string
  /** The others go. Without $2. */
  readonly remove: string
  /** $2 is the target: compacted parts move there. */
  readonly move: string
  /** $2 is the target or NULL: counts of compacted origins become one a shard. */
  readonly counts: string
  readonly removeCounts: string
  /** $1 the period after which to look, $2 the last period, $3 how many: periods with more parts than keys. */
  readonly candidates: string
}

/** What the statements are made of. */
interface Words {
  readonly accumulator: Accumulator
  readonly table: string
  /** The accumulator's name as SQL. */
  readonly name: string
  readonly id: string
  /** Of parts `p`. */
  readonly ofPeriod: string
  readonly keys: readonly string[]
  /** Of a part `p` and an entry `c`. */
  readonly isOfEntry: string
  /** Parts `p` that belong to a compacted one, with its entry `c`. */
  readonly compacted: string
  /** Whether an origin is in any compacted part of the period. */
  readonly isKnown: (origin: string) => string
}

export function compileCompact(accumulator: Accumulator): CompactStatements {
  const words = wordsOf(accumulator)
  return {
    lock: `lock table ${words.table}, accepted_counts in share row exclusive mode`,
    candidates: compileCandidates(words),
    ...compileChecks(words),
    ...compileParts(words),
    ...compileCounts(words),
  }
}

function wordsOf(accumulator: Accumulator): Words {
  const { table, period } = partsTable(accumulator)
  const name = literal(accumulator.name)
  const id = `$1::${periodTypes(period).id}`
  const ofPeriod = `p.${quote(period.column)} = ${periodOfId(period, id)}`
  const keys = accumulator.key.map((key) => `p.${quote(key)}`)
  const entries = `c.accumulator = ${name} and c.period = ${id}`
  const isOfEntry = `${entries} and c.key = ${keyArray(keys)}`
  return {
    accumulator,
    table: quote(table),
    name,
    id,
    ofPeriod,
    keys,
    isOfEntry,
    compacted: `from ${quote(table)} as p join compacted_parts as c on ${isOfEntry} where ${ofPeriod} and p.${ORIGIN} = any(c.origins)`,
    isKnown: (origin) => `exists (select from compacted_parts as c where ${entries} and ${origin} = any(c.origins))`,
  }
}

function compileChecks({ table, name, id, ofPeriod }: Words): Pick<CompactStatements, 'size' | 'gaps'> {
  return {
    size: [
      `select count(*) as _parts, coalesce(sum(pg_column_size(p.*)), 0)`,
      `  + coalesce((select sum(pg_column_size(c.*)) from compacted_parts as c where c.accumulator = ${name} and c.period = ${id}), 0) as _bytes`,
      `from ${table} as p where ${ofPeriod}`,
    ].join('\n'),
    gaps: [
      `select shard as _shard`,
      `from (select p.${SHARD} as shard, sum(p.${UPDATES}) as updates from ${table} as p where ${ofPeriod} group by 1) as rows`,
      `full join (select c.shard, sum(c.accepted) as accepted from accepted_counts as c where c.accumulator = ${name} and c.period = ${id} group by 1) as counts`,
      `  using (shard)`,
      `where coalesce(accepted, 0) > coalesce(updates, 0) order by 1`,
    ].join('\n'),
  }
}

function compileParts(words: Words): Pick<CompactStatements, 'entries' | 'target' | 'compact' | 'remove' | 'move'> {
  const { accumulator, table, name, id, ofPeriod, keys, isOfEntry, compacted, isKnown } = words
  const { fields, period } = partsTable(accumulator)
  const columns = fields.flatMap((field) => field.columns.map(quote))
  const values = fields.flatMap((field) => overOrigins(field)).map((value, index) => `${value} as ${columns[index]}`)
  const oldest = `(array_agg(p.${ORIGIN} order by p.${ORIGIN}))[1] as ${ORIGIN}`
  const isOfKey = accumulator.key.map((key) => `t.${quote(key)} = f.${quote(key)}`).join(' and ')
  const isOfRow = `t.${quote(period.column)} = ${periodOfId(period, id)} and ${isOfKey}`
  const key = keys.join(', ')
  return {
    entries: [
      `insert into compacted_parts as e (accumulator, period, key, origins, updates)`,
      `select ${name}, ${id}, ${keyArray(keys)}, array_agg(p.${ORIGIN} order by p.${ORIGIN}), array_agg(p.${UPDATES} order by p.${ORIGIN})`,
      `from ${table} as p left join compacted_parts as c on ${isOfEntry}`,
      `where ${ofPeriod} and p.${ORIGIN} = any($2::uuid[]) and (c.origins is null or p.${ORIGIN} <> all(c.origins))`,
      `group by ${key}`,
      `having count(*) > 1 or bool_or(c.origins is not null)`,
      `on conflict (accumulator, period, key) do update`,
      `set origins = e.origins || excluded.origins, updates = e.updates || excluded.updates`,
    ].join('\n'),
    target: [
      `select case when exists (select ${compacted} group by ${key} having count(distinct p.${SHARD}) > 1)`,
      `  then (select min(p.${SHARD}) from ${table} as p where ${ofPeriod} and ${isKnown(`p.${ORIGIN}`)}) end as _shard`,
    ].join('\n'),
    compact: [
      `update ${table} as t set ${[UPDATES, ...columns, UPDATED_AT].map((column) => `${column} = f.${column}`).join(', ')}`,
      `from (`,
      `  select ${[...keys, oldest, `sum(p.${UPDATES}) as ${UPDATES}`, ...values, `max(p.${UPDATED_AT}) as ${UPDATED_AT}`].join(', ')}`,
      `  ${compacted}`,
      `  group by ${key} having count(*) > 1`,
      `) as f`,
      `where ${isOfRow} and t.${ORIGIN} = f.${ORIGIN}`,
    ].join('\n'),
    remove: [
      `delete from ${table} as t using (`,
      `  select ${[...keys, oldest, 'c.origins as _all'].join(', ')}`,
      `  ${compacted}`,
      `  group by ${key}, c.origins having count(*) > 1`,
      `) as f`,
      `where ${isOfRow} and t.${ORIGIN} <> f.${ORIGIN} and t.${ORIGIN} = any(f._all)`,
    ].join('\n'),
    move: [
      `update ${table} as p set ${SHARD} = $2::integer`,
      `where ${ofPeriod} and p.${SHARD} <> $2::integer and ${isKnown(`p.${ORIGIN}`)}`,
    ].join('\n'),
  }
}

function compileCounts({ name, id, isKnown }: Words): Pick<CompactStatements, 'counts' | 'removeCounts'> {
  const shard = (count: string) => `coalesce($2::integer, ${count}.shard)`
  const oldest = `(array_agg(a.origin order by a.origin))[1]`
  const ofShards = [
    `from accepted_counts as a`,
    `where a.accumulator = ${name} and a.period = ${id} and ${isKnown('a.origin')}`,
    `group by ${shard('a')}`,
  ].join('\n')
  return {
    counts: [
      `insert into accepted_counts as t (accumulator, period, shard, origin, accepted)`,
      `select ${name}, ${id}, ${shard('a')}, ${oldest}, sum(a.accepted)`,
      ofShards,
      `on conflict (accumulator, period, shard, origin) do update set accepted = excluded.accepted, updated_at = now()`,
      `where t.accepted <> excluded.accepted`,
    ].join('\n'),
    removeCounts: [
      `delete from accepted_counts as t using (`,
      `  select ${shard('a')} as shard, ${oldest} as origin`,
      `  ${ofShards}`,
      `) as f`,
      `where t.accumulator = ${name} and t.period = ${id} and ${shard('t')} = f.shard`,
      `  and (t.shard, t.origin) <> (f.shard, f.origin) and ${isKnown('t.origin')}`,
    ].join('\n'),
  }
}

function compileCandidates({ accumulator, table, keys }: Words): string {
  const { period } = accumulator
  const column = `p.${quote(period.column)}`
  const bound = (parameter: string) => periodOfId(period, `${parameter}::${periodTypes(period).id}`)
  return [
    `select ${idOfPeriod(period, column)} as _period, count(*) as _parts, count(distinct (${keys.join(', ')})) as _keys,`,
    `  array_agg(distinct p.${SHARD}) as _shards, array_agg(distinct p.${ORIGIN}) as _origins,`,
    `  extract(epoch from now() - max(p.${UPDATED_AT}))::double precision as _idle`,
    `from ${table} as p`,
    `where ($1::bigint is null or ${column} > ${bound('$1')}) and ($2::bigint is null or ${column} <= ${bound('$2')})`,
    `group by ${column}`,
    `having count(*) > count(distinct (${keys.join(', ')}))`,
    `order by ${column}`,
    `limit $3`,
  ].join('\n')
}

function keyArray(keys: readonly string[]): string {
  return `array[${keys.join(', ')}] collate "C"`
}
