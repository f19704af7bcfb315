/**
 * The shape of an accumulator's parts table: which columns a field has, and of what type. The table, its upsert, its view
 * and its reads are all compiled from this.
 *
 * The bottom of a sum is the number 0. The bottom of every other field means "nothing yet", and is NULL.
 */
import { type Accumulator, assert, type Field, goesOn, type Period } from '@weir/accumulator'

export interface PartsTable {
  readonly accumulator: Accumulator
  readonly table: string
  readonly period: Period
  /** Period and key: what a row of the view is. */
  readonly rowName: readonly string[]
  readonly fields: readonly FieldColumns[]
}

export interface FieldColumns {
  readonly field: Field
  /** The value first; then, where it has them, time and arrival, or the negative sum. */
  readonly columns: readonly string[]
  readonly type: 'bigint' | 'numeric(29)'
  readonly nullable: boolean
}

/** The columns beside period, key and fields. */
export const ORIGIN = 'origin'
export const SHARD = 'shard'
export const UPDATES = 'updates'
export const UPDATED_AT = 'updated_at'

export function partsTable(accumulator: Accumulator): PartsTable {
  const { table, period } = accumulator
  const rowName = [period.column, ...accumulator.key]
  const fields = accumulator.fieldList.map(fieldColumns)
  const all = [...rowName, ORIGIN, SHARD, UPDATES, UPDATED_AT, ...fields.flatMap(({ columns }) => columns)]
  const twice = all.find((column, index) => all.indexOf(column) !== index)
  assert(twice === undefined, `two columns of ${table} would be called ${twice}: rename a field of ${accumulator.name}`)
  return { accumulator, table, period, rowName, fields }
}

/** Identifiers are checked by `defineAccumulator`, but may be reserved words. */
export function quote(identifier: string): string {
  assert(!identifier.includes('"'), `${identifier} is an identifier`)
  return `"${identifier}"`
}

/** A text of our own as SQL: the name of an accumulator. */
export function literal(text: string): string {
  assert(!/['\\]/.test(text), `${text} is an identifier`)
  return `'${text}'`
}

function fieldColumns(field: Field): FieldColumns {
  return {
    field,
    columns: columnsOf(field),
    // 2^96 has 29 digits.
    type: field.storage === 'uint96' ? 'numeric(29)' : 'bigint',
    nullable: goesOn(field.spec.kind),
  }
}

function columnsOf({ name, storage }: Field): string[] {
  switch (storage) {
    case 'int64':
    case 'uint96':
      return [name]
    case 'net':
      return [`${name}_plus`, `${name}_minus`]
    case 'event':
      return [name, `${name}_time`, `${name}_arrival`]
  }
}
