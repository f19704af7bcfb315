/**
 * Ticks of CSV, a line at a time from the bytes of the body. Without quotes a line is a record and a comma ends a field; a line
 * that is not plain is read as text (read-csv.ts has the same rules for every CSV).
 */
import { type ByteScanner, NOT_PLAIN } from './byte-scanner.ts'
import { addFields, type Columns, noHeader, readHeader } from './read-csv.ts'
import type { TickReader } from './tick-reader.ts'

const LINE_FEED = 10
const CARRIAGE_RETURN = 13
const COMMA = 44

/** `bytes` are UTF-8 without a byte order mark and without quotes. Throws a BodyError where the header is missing or wrong. */
export function scanCsv(bytes: Buffer, reader: TickReader): void {
  const scanner = reader.scan(bytes)
  // The last line may end without one: it is read as text, so that nothing is read beyond the end.
  const lastLineFeed = bytes.lastIndexOf(LINE_FEED)
  let columns: Columns | undefined
  let isUsual = false
  for (let start = 0; start < bytes.length; ) {
    if (isUsual && start < lastLineFeed) {
      scanner.at = start
      if (plainLine(scanner, reader)) {
        start = scanner.at
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
}

/** Takes `symbol,price,volume,timestamp` at the scanner, and leaves it at the next line; false for another line. */
function plainLine(scanner: ByteScanner, reader: TickReader): boolean {
  const { bytes } = scanner
  const symbol = scanner.symbol(COMMA)
  if (symbol === NOT_PLAIN) return false
  scanner.at++
  const price = scanner.number(reader.priceDigits)
  if (price === NOT_PLAIN || bytes[scanner.at] !== COMMA) return false
  scanner.at++
  const volume = scanner.number(reader.volumeDigits)
  if (volume === NOT_PLAIN || bytes[scanner.at] !== COMMA) return false
  scanner.at++
  const timeUs = scanner.number(reader.timeDigits)
  if (timeUs === NOT_PLAIN) return false
  if (bytes[scanner.at] === CARRIAGE_RETURN) scanner.at++
  if (bytes[scanner.at++] !== LINE_FEED) return false
  return reader.addPlain(symbol, price, volume, timeUs)
}
