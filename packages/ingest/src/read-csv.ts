/** Ticks of CSV with the header `symbol,price,volume,timestamp`, its columns in any order, other columns passed over. */
import { type BodyError, unreadable } from './body-error.ts'
import { csvRecords } from './csv-records.ts'
import type { TickReader } from './tick-reader.ts'

const COLUMNS = ['symbol', 'price', 'volume', 'timestamp'] as const

/** Throws a BodyError where the header is missing or wrong, or the text no CSV. */
export function readCsv(text: string, reader: TickReader): void {
  let columns: Columns | undefined
  for (const { fields } of csvRecords(text)) {
    if (columns === undefined) columns = readHeader(fields)
    else if (fields.length !== columns.count) reader.reject(`has ${fields.length} fields, its header ${columns.count}`)
    else addFields(reader, columns, fields)
  }
  if (columns === undefined) throw noHeader()
}

export function noHeader(): BodyError {
  return unreadable(`the CSV has no header; its first line is ${COLUMNS.join(',')}`)
}

export type Columns = Readonly<Record<(typeof COLUMNS)[number] | 'count' | 'updates', number>>

export function addFields(reader: TickReader, columns: Columns, fields: readonly string[]): void {
  const { symbol, price, volume, timestamp, updates } = columns
  reader.add(fields[symbol], fields[price], fields[volume], fields[timestamp], fields[updates])
}

export function readHeader(fields: readonly string[]): Columns {
  const names = fields.map((field) => field.trim())
  for (const column of COLUMNS) {
    const times = names.filter((name) => name === column).length
    if (times === 1) continue
    const problem = times === 0 ? 'has no column' : 'has more than one column'
    throw unreadable(`the CSV header ${problem} ${column}; its first line is ${COLUMNS.join(',')}`)
  }
  const [symbol, price, volume, timestamp] = COLUMNS.map((column) => names.indexOf(column)) as [
    number,
    number,
    number,
    number,
  ]
  if (names.indexOf('updates') !== names.lastIndexOf('updates')) {
    throw unreadable('the CSV header has more than one column updates')
  }
  return { symbol, price, volume, timestamp, updates: names.indexOf('updates'), count: fields.length }
}
