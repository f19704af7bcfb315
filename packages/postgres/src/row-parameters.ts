/** Rows to the parameters of an upsert: one array a column, integers as decimal text, so that nothing is ever rounded. */
import {
  bottomOf,
  type ColdRow,
  KEY_SEPARATOR,
  limbsToBigInt,
  originToUuid,
  StoreError,
  TIME_US_MAX,
} from '@weir/accumulator'
import type { FieldColumns, PartsTable } from './parts-table.ts'

/** In the order that `compileUpsert` gives them. */
export function upsertParameters(parts: PartsTable, shard: number, rows: readonly ColdRow[]): unknown[] {
  return [
    shard,
    numericArray(rows.map(({ period }) => String(period))),
    ...keyArrays(parts, rows),
    rows.map(({ row }) => originToUuid(row.origin)),
    numericArray(rows.map(({ row }) => String(row.updates))),
    ...parts.fields.flatMap((field) => fieldArrays(field, rows)),
  ]
}

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

export function numericArray(values: readonly (string | null)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`
}

function fieldArrays({ field, columns, nullable }: FieldColumns, rows: readonly ColdRow[]): string[] {
  const texts = rows.map(({ row }) => {
    if (nullable && isBottom(field.spec.kind, row.slots, field.slot)) return columns.map(() => null)
    return slotTexts(field.storage, row.slots, field.slot)
  })
  return columns.map((_, column) => numericArray(texts.map((values) => values[column] ?? null)))
}

/** An event is told by its time: the bottoms' values mean nothing. */
function isBottom(kind: FieldColumns['field']['spec']['kind'], slots: Float64Array, slot: number): boolean {
  if (kind === 'first') return slots[slot + 2] === TIME_US_MAX
  if (kind === 'last') return slots[slot + 2] === 0
  const [high, low] = bottomOf(kind)
  return slots[slot] === high && slots[slot + 1] === low
}

function slotTexts(storage: FieldColumns['field']['storage'], slots: Float64Array, slot: number): string[] {
  const value = limbsText(slots[slot] as number, slots[slot + 1] as number)
  if (storage === 'event') return [value, String(slots[slot + 2]), String(slots[slot + 3])]
  if (storage === 'net') return [value, limbsText(slots[slot + 2] as number, slots[slot + 3] as number)]
  return [value]
}

/** Most values fit a double, whose decimal text is exact below 2^53; a bigint costs several times as much. */
function limbsText(high: number, low: number): string {
  if (high >= -16 && high < 16) return String(high * 2 ** 48 + low)
  return limbsToBigInt(high, low).toString()
}
