/**
 * Ticks of CSV, a line at a time from the bytes of the body. Without quotes a line is a record and a comma ends a field; a line
 * that is not plain is read as text (read-csv.ts has the same rules for every CSV).
 */
import type { EventInput } from '@weir/accumulator'
import { NOT_PLAIN } from './byte-scanner.ts'
import { addFields, type Columns, noHeader, readHeader } from './read-csv.ts'
import type { TickBatch } from './tick-batch.ts'
import { TickReader } from './tick-reader.ts'

const LINE_FEED = 10
const CARRIAGE_RETURN = 13
const COMMA = 44

/** `bytes` are UTF-8 without a byte order mark and without quotes. Throws a BodyError where the header is missing or wrong. */
export function scanCsv(bytes: Buffer, input: EventInput): TickBatch {
  const reader = new TickReader(input, countLines(bytes))
  const scanner = reader.scan(bytes)
  let columns: Columns | undefined
  let isUsual = false
  for (let start = 0; start < bytes.length; ) {
    if (isUsual) {
      scanner.at = start
      const next = plainLine(reader, bytes)
      if (next > 0) {
        start = next
        continue
      }
    }
    const newline = bytes.indexOf(LINE_FEED, start)
    const end = newline < 0 ? bytes.length : newline
    const isCrLf = newline > start && bytes[newline - 1] === CARRIAGE_RETURN
    const line = bytes.toString('utf8', start, isCrLf ? end - 1 : end)
    start = end + 1
    if (line === '') continue
    const fields = line.split(',')
    if (columns === undefined) {
      columns = readHeader(fields)
      const { symbol, price, volume, timestamp, count } = columns
      isUsual = symbol === 0 && price === 1 && volume === 2 && timestamp === 3 && count === 4
    } else if (fields.length === columns.count) addFields(reader, columns, fields)
    else reader.reject(`has ${fields.length} fields, its header ${columns.count}`)
  }
  if (columns === undefined) throw noHeader()
  return reader.finish()
}

/** Takes `symbol,price,volume,timestamp` at the scanner, and gives the start of the next line; NOT_PLAIN for another line. */
function plainLine(reader: TickReader, bytes: Buffer): number {
  const { scanner, priceDigits, volumeDigits, timeDigits } = reader
  const symbol = scanner.symbol(COMMA)
  if (symbol === NOT_PLAIN) return NOT_PLAIN
  scanner.at++
  const price = scanner.number(priceDigits)
  if (price === NOT_PLAIN || bytes[scanner.at] !== COMMA) return NOT_PLAIN
  scanner.at++
  const volume = scanner.number(volumeDigits)
  if (volume === NOT_PLAIN || bytes[scanner.at] !== COMMA) return NOT_PLAIN
  scanner.at++
  const timeUs = scanner.number(timeDigits)
  let { at } = scanner
  if (timeUs === NOT_PLAIN) return NOT_PLAIN
  if (bytes[at] === CARRIAGE_RETURN && bytes[at + 1] === LINE_FEED) at++
  if (at < bytes.length && bytes[at] !== LINE_FEED) return NOT_PLAIN
  return reader.addPlain(symbol, price, volume, timeUs) ? at + 1 : NOT_PLAIN
}

/** A start for the columns; more come as they are needed. */
function countLines(bytes: Buffer): number {
  const TICK_BYTES_USUAL = 30
  return Math.ceil(bytes.length / TICK_BYTES_USUAL)
}
