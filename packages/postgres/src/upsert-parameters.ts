/** Packed rows to the parameters of an upsert: one array a column, in PostgreSQL's binary format, copied from the rows' bytes. */
import {
  type Accumulator,
  type ColdRow,
  emptyRow,
  type Field,
  HEADER_BYTES,
  limbsToBigInt,
  ORIGIN_BYTES,
  packRow,
  StoreError,
  TURN_BYTES,
} from '@weir/accumulator'
import { ARRAY_HEADER_BYTES, BinaryArrays, ELEMENT_BYTES_MAX, TYPE_IDS } from './binary-arrays.ts'
import type { FieldColumns, PartsTable } from './parts-table.ts'
import { periodTypes } from './period-sql.ts'
import { keyArrays } from './row-parameters.ts'

interface PackedRow {
  readonly period: number
  readonly key: string
  readonly packed: Buffer
}

/** A column of which each value lies in the packed row. */
interface PackedColumn {
  readonly type: keyof typeof TYPE_IDS
  readonly from: number
  readonly bytes: number
  /** A count or a time: the sign of its bytes belongs to its number. */
  readonly isUnsigned: boolean
  /** Which bytes say that nothing has fed the field yet. */
  readonly bottom?: { readonly from: number; readonly bytes: Buffer }
}

const INT64_BYTES = 8
const UINT96_BYTES = 12
const UPDATES_AT = ORIGIN_BYTES + TURN_BYTES
const TEXT_BYTES_MAX = 3
const INT32_MAX = 2 ** 31 - 1
const DIGIT = 10_000
const HEADER_COLUMNS: readonly PackedColumn[] = [
  { type: 'uuid', from: 0, bytes: ORIGIN_BYTES, isUnsigned: false },
  { type: 'bigint', from: UPDATES_AT, bytes: INT64_BYTES, isUnsigned: true },
]

/** Gives the parameters in the order that `compileUpsert` names them. */
export type UpsertParameters = (shard: number, rows: readonly ColdRow[]) => unknown[]

export function compileUpsertParameters(parts: PartsTable): UpsertParameters {
  const { accumulator, period } = parts
  const bottoms = packRow(accumulator, emptyRow(accumulator, '0'.repeat(32)))
  const columns = [...HEADER_COLUMNS, ...parts.fields.flatMap((field) => columnsOf(field, bottoms))]
  const periodType = periodTypes(period).id === 'integer' ? 'integer' : 'bigint'
  return (shard, given) => {
    const rows = given.map((row) => packedOf(accumulator, row))
    const texts = keyArrays(parts, rows)
    const arrays = new BinaryArrays(bytesMax(columns.length + 1, rows.length, texts))
    addPeriods(arrays, periodType, rows)
    for (const column of texts) {
      arrays.begin(TYPE_IDS.text, column.length)
      for (const text of column) arrays.addText(text)
      arrays.end()
    }
    for (const column of columns) addColumn(arrays, column, rows)
    return [shard, ...arrays.finish()]
  }
}

/** A row that lies in no store as bytes may hold what no bytes of its layout can. */
function packedOf(accumulator: Accumulator, given: ColdRow): PackedRow {
  const { period, key } = given
  try {
    return { period, key, packed: given.packed ?? packRow(accumulator, given.row) }
  } catch (error) {
    throw refused(key, String(error))
  }
}

function columnsOf({ field, nullable }: FieldColumns, bottoms: Buffer): PackedColumn[] {
  const from = HEADER_BYTES + field.byte
  const int64 = { type: 'bigint', bytes: INT64_BYTES, isUnsigned: false } as const
  const bottom = nullable ? { bottom: bottomBytes(field, from, bottoms) } : {}
  switch (field.storage) {
    case 'int64':
      return [{ ...int64, from, ...bottom }]
    case 'uint96':
      return [{ type: 'numeric', from, bytes: UINT96_BYTES, isUnsigned: false }]
    case 'net':
      return [
        { ...int64, from },
        { ...int64, from: from + INT64_BYTES },
      ]
    case 'event':
      return [
        { ...int64, from, ...bottom },
        { ...int64, from: from + INT64_BYTES, isUnsigned: true, ...bottom },
        { ...int64, from: from + 2 * INT64_BYTES, isUnsigned: true, ...bottom },
      ]
  }
}

/** An event is told by its time: the bottoms' values mean nothing. */
function bottomBytes({ storage }: Field, from: number, bottoms: Buffer): NonNullable<PackedColumn['bottom']> {
  const at = storage === 'event' ? from + INT64_BYTES : from
  return { from: at, bytes: bottoms.subarray(at, at + INT64_BYTES) }
}

function bytesMax(columns: number, rows: number, texts: readonly (readonly string[])[]): number {
  const ofTexts = texts.flat().reduce((sum, text) => sum + ELEMENT_BYTES_MAX + TEXT_BYTES_MAX * text.length, 0)
  return columns * (ARRAY_HEADER_BYTES + rows * ELEMENT_BYTES_MAX) + texts.length * ARRAY_HEADER_BYTES + ofTexts
}

/** A period that is none was put into Redis by hand, and no repeat helps it. */
function addPeriods(arrays: BinaryArrays, type: 'integer' | 'bigint', rows: readonly PackedRow[]): void {
  const max = type === 'integer' ? INT32_MAX : Number.MAX_SAFE_INTEGER
  arrays.begin(TYPE_IDS[type], rows.length)
  for (const { period, key } of rows) {
    if (!Number.isInteger(period) || Math.abs(period) > max) throw refused(key, `${period} is no period`)
    if (type === 'integer') arrays.addInteger(period)
    else arrays.addBigint(period)
  }
  arrays.end()
}

function addColumn(arrays: BinaryArrays, column: PackedColumn, rows: readonly PackedRow[]): void {
  const { type, from, bytes, isUnsigned, bottom } = column
  arrays.begin(TYPE_IDS[type], rows.length)
  for (const { key, packed } of rows) {
    if (bottom !== undefined && isSame(packed, bottom.from, bottom.bytes)) arrays.addNull()
    else if (type === 'numeric') arrays.addNumeric(digitsOf(packed, from))
    else {
      if (isUnsigned && (packed[from] as number) > 0x7f) throw refused(key, 'a count of it is beyond a bigint')
      arrays.addCopy(packed, from, bytes)
    }
  }
  arrays.end()
}

function isSame(packed: Buffer, from: number, bytes: Buffer): boolean {
  for (let index = 0; index < INT64_BYTES; index++) {
    if (packed[from + index] !== bytes[index]) return false
  }
  return true
}

/** Most values fit a double; a bigint costs several times as much. */
function digitsOf(packed: Buffer, from: number): number[] {
  const high = packed.readUIntBE(from, 6)
  const low = packed.readUIntBE(from + 6, 6)
  const digits: number[] = []
  if (high < 32) {
    for (let rest = high * 2 ** 48 + low; rest > 0; rest = Math.floor(rest / DIGIT)) digits.push(rest % DIGIT)
  } else {
    for (let rest = limbsToBigInt(high, low); rest > 0n; rest /= BigInt(DIGIT))
      digits.push(Number(rest % BigInt(DIGIT)))
  }
  return digits.reverse()
}

function refused(key: string, why: string): StoreError {
  return new StoreError('WEIR_ROW_REFUSED', `the row of ${JSON.stringify(key)} is none that Weir writes: ${why}`)
}
