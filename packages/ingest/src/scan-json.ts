/**
 * Ticks of NDJSON and of a JSON array, straight from the bytes of the body where each is plain: the four fields once, in any
 * order, numbers of few digits, no escapes. Else it gives nothing, or the line is parsed as JSON.
 */
import { type ByteScanner, NOT_PLAIN } from './byte-scanner.ts'
import { addElement, parseJsonLine } from './read-json.ts'
import type { TickReader } from './tick-reader.ts'

const SPACE = 32
const TAB = 9
const LINE_FEED = 10
const CARRIAGE_RETURN = 13
const QUOTE = 34
const COMMA = 44
const COLON = 58
const OPEN_ARRAY = 91
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125
const ZERO = 48

/** Told apart by their first letters. */
const KEYS = ['symbol', 'price', 'volume', 'timestamp'].map((key) => Buffer.from(`"${key}"`))
const SYMBOL = 0
const PRICE = 1
const VOLUME = 2
const TIMESTAMP = 3
const ALL_KEYS = 0b1111

/** `bytes` are UTF-8 without a byte order mark. Throws a BodyError where a line is no JSON. */
export function scanNdjson(bytes: Buffer, reader: TickReader): void {
  const scanner = reader.scan(bytes)
  // The last line may end without one: it is parsed as JSON, so that nothing is read beyond the end.
  const lastLineFeed = bytes.lastIndexOf(LINE_FEED)
  let line = 0
  for (let start = 0; start < bytes.length; ) {
    line++
    scanner.at = start
    if (start < lastLineFeed && plainTick(scanner, reader, true)) {
      start = scanner.at
      continue
    }
    const newline = bytes.indexOf(LINE_FEED, start)
    const end = newline < 0 ? bytes.length : newline
    const content = bytes.toString('utf8', start, end).trim()
    if (content !== '') addElement(reader, parseJsonLine(content, line))
    start = end + 1
  }
}

/** False where an element is not plain: the whole body is then to be parsed, by another reader. */
export function scanJson(bytes: Buffer, reader: TickReader): boolean {
  const scanner = reader.scan(bytes)
  skipSpace(scanner, LINE_FEED)
  if (bytes[scanner.at++] !== OPEN_ARRAY) return false
  for (;;) {
    skipSpace(scanner, LINE_FEED)
    if (!plainTick(scanner, reader, false)) return false
    skipSpace(scanner, LINE_FEED)
    const next = bytes[scanner.at++]
    if (next === COMMA) continue
    if (next !== CLOSE_ARRAY) return false
    skipSpace(scanner, LINE_FEED)
    return scanner.at >= bytes.length
  }
}

/** Takes one object at the scanner, and leaves it after that; of lines, at the next one. False where it is not plain. */
function plainTick(scanner: ByteScanner, reader: TickReader, isLine: boolean): boolean {
  const { bytes } = scanner
  const space = isLine ? SPACE : LINE_FEED
  const { priceDigits, volumeDigits, timeDigits } = reader
  let symbol = NOT_PLAIN
  let price = NOT_PLAIN
  let volume = NOT_PLAIN
  let timeUs = NOT_PLAIN
  if (bytes[scanner.at++] !== OPEN_OBJECT) return false
  for (let seen = 0; ; ) {
    skipSpace(scanner, space)
    const key = keyAt(scanner)
    if (key < 0 || (seen & (1 << key)) !== 0) return false
    seen |= 1 << key
    skipSpace(scanner, space)
    if (bytes[scanner.at++] !== COLON) return false
    skipSpace(scanner, space)
    if (key === SYMBOL) {
      symbol = symbolAt(scanner)
      if (symbol === NOT_PLAIN) return false
    } else {
      const units = numberAt(scanner, key === PRICE ? priceDigits : key === VOLUME ? volumeDigits : timeDigits)
      if (units === NOT_PLAIN) return false
      if (key === PRICE) price = units
      else if (key === VOLUME) volume = units
      else timeUs = units
    }
    skipSpace(scanner, space)
    const next = bytes[scanner.at++]
    if (next === COMMA) continue
    if (next !== CLOSE_OBJECT || seen !== ALL_KEYS) return false
    break
  }
  if (isLine) {
    if (bytes[scanner.at] === CARRIAGE_RETURN) scanner.at++
    if (bytes[scanner.at++] !== LINE_FEED) return false
  }
  return reader.addPlain(symbol, price, volume, timeUs)
}

function symbolAt(scanner: ByteScanner): number {
  if (scanner.bytes[scanner.at++] !== QUOTE) return NOT_PLAIN
  const symbol = scanner.symbol(QUOTE)
  scanner.at++
  return symbol
}

function numberAt(scanner: ByteScanner, digits: number): number {
  const { bytes, at } = scanner
  const units = scanner.number(digits)
  // JSON knows no number such as 01.
  return bytes[at] === ZERO && isDigit(bytes[at + 1] as number) ? NOT_PLAIN : units
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= ZERO + 9
}

/** The index of the quoted key at the scanner, which is left after it; -1 for any other. */
function keyAt(scanner: ByteScanner): number {
  const { bytes, at } = scanner
  const key = keyOf(bytes[at + 1] as number)
  const name = KEYS[key] as Buffer
  for (let index = 0; index < name.length; index++) if (bytes[at + index] !== name[index]) return -1
  scanner.at = at + name.length
  return key
}

function keyOf(letter: number): number {
  if (letter === 115) return SYMBOL
  if (letter === 112) return PRICE
  return letter === 118 ? VOLUME : TIMESTAMP
}

/** `lineFeed`: LINE_FEED where that is a space, too. */
function skipSpace(scanner: ByteScanner, lineFeed: number): void {
  const { bytes } = scanner
  for (;;) {
    const code = bytes[scanner.at] as number
    if (code > SPACE || (code !== SPACE && code !== TAB && code !== CARRIAGE_RETURN && code !== lineFeed)) return
    scanner.at++
  }
}
