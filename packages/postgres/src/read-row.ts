/** A record of PostgreSQL to a row: the reverse of row-parameters.ts. pg gives bigint and numeric as decimal text. */
import { assert, bottomOf, highLimb, KEY_SEPARATOR, lowLimb, originFromUuid, type Row } from '@weir/accumulator'
import type { PartsTable } from './parts-table.ts'

export type SqlRecord = Readonly<Record<string, unknown>>

/** Reads `_origin`, `_updates` and the columns of the fields. */
export function readRow({ accumulator, fields }: PartsTable, record: SqlRecord): Row {
  const slots = new Float64Array(accumulator.slots)
  for (const { field, columns } of fields) {
    const values = columns.map((column) => record[column])
    if (values[0] === null) slots.set(bottomOf(field.spec.kind), field.slot)
    else if (field.storage === 'event') readEvent(slots, field.slot, values)
    else values.forEach((value, index) => readLimbs(slots, field.slot + 2 * index, textOf(value)))
  }
  return { origin: originFromUuid(textOf(record._origin)), updates: countOf(record._updates), slots }
}

export function readKey({ accumulator }: PartsTable, record: SqlRecord): string {
  return accumulator.key.map((column) => textOf(record[column])).join(KEY_SEPARATOR)
}

export function countOf(value: unknown): number {
  const count = Number(value)
  assert(value !== null && Number.isSafeInteger(count), `${String(value)} is a count below 2^53`)
  return count
}

export function textOf(value: unknown): string {
  assert(typeof value === 'string', `${String(value)} came as text`)
  return value
}

function readEvent(slots: Float64Array, slot: number, [value, time, arrival]: readonly unknown[]): void {
  readLimbs(slots, slot, textOf(value))
  slots[slot + 2] = countOf(time)
  slots[slot + 3] = countOf(arrival)
}

/** Numbers of 15 digits are exact in a double; longer ones go by way of a bigint. */
function readLimbs(slots: Float64Array, slot: number, text: string): void {
  if (text.length > 15) {
    const value = BigInt(text)
    slots[slot] = highLimb(value)
    slots[slot + 1] = lowLimb(value)
    return
  }
  const value = Number(text)
  const high = Math.floor(value / 2 ** 48)
  slots[slot] = high
  slots[slot + 1] = value - high * 2 ** 48
}
