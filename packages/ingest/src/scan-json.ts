/**
 * Ticks of NDJSON and of a JSON array, straight from the bytes of the body where each is plain: the four fields once, in any
 * order, numbers of few digits, no escapes. Else it gives nothing, or the line is parsed as JSON.
 */
import type { EventInput } from '@weir/accumulator'
import { type ByteScanner, NOT_PLAIN } from './byte-scanner.ts'
import { addElement, parseJsonLine } from './read-json.ts'
import type { TickBatch } from './tick-batch.ts'
import { TickReader } from './tick-reader.ts'

const SPACE = 32
const TAB = 9
const LINE_FEED = 10
const CARRIAGE_RETURN = 13
const QUOTE = 34
const COMMA = 44
const COLON = 58
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125]
const ZERO = 48
const DOT = 46

const KEYS = ['symbol', 'price', 'volume', 'timestamp'].map((key) => Buffer.from(key))
const ALL_KEYS = 0b1111
const TICK_BYTES_USUAL = 70

/** `bytes` are UTF-8 without a byte order mark. Throws a BodyError where a line is no JSON. */
export function scanNdjson(bytes: Buffer, input: EventInput): TickBatch {
  const reader = new TickReader(input, Math.ceil(bytes.length / TICK_BYTES_USUAL))
  const scanner = reader.scan(bytes)
  let line = 0
  for (let start = 0; start < bytes.length; ) {
    line++
    scanner.at = start
    if (plainTick(reader, CARRIAGE_RETURN) && (scanner.at >= bytes.length || isLineEnd(bytes, scanner.at))) {
      reader.addScanned()
      start = scanner.at + (bytes[scanner.at] === CARRIAGE_RETURN ? 2 : 1)
      continue
    }
    const newline = bytes.indexOf(LINE_FEED, start)
    const end = newline < 0 ? bytes.length : newline
    const content = bytes.toString('utf8', start, end).trim()
    if (content !== '') addElement(reader, parseJsonLine(content, line))
    start = end + 1
  }
  return reader.finish()
}

function isLineEnd(bytes: Buffer, at: number): boolean {
  return bytes[at] === LINE_FEED || (bytes[at] === CARRIAGE_RETURN && bytes[at + 1] === LINE_FEED)
}

/** Undefined where an element is not plain: the whole body is then to be parsed. */
export function scanJson(bytes: Buffer, input: EventInput): TickBatch | undefined {
  const reader = new TickReader(input, Math.ceil(bytes.length / TICK_BYTES_USUAL))
  const scanner = reader.scan(bytes)
  skipSpace(scanner)
  if (bytes[scanner.at++] !== OPEN_ARRAY) return undefined
  for (;;) {
    skipSpace(scanner)
    if (!plainTick(reader, LINE_FEED)) return undefined
    reader.addScanned()
    skipSpace(scanner)
    const next = bytes[scanner.at++]
    if (next === COMMA) continue
    if (next !== CLOSE_ARRAY) return undefined
    skipSpace(scanner)
    return scanner.at >= bytes.length ? reader.finish() : undefined
  }
}

/**
 * Reads one object at the scanner into the reader's scanned fields; false where it is not plain. Leaves it after the object.
 * `space`: LINE_FEED where that is a space, too.
 */
function plainTick(reader: TickReader, space: number): boolean {
  const { scanner, scanned, priceDigits, volumeDigits, timeDigits } = reader
  const { bytes } = scanner
  if (bytes[scanner.at] !== OPEN_OBJECT) return false
  scanner.at++
  for (let seen = 0; ; ) {
    skipSpace(scanner, space)
    const key = keyAt(scanner)
    if (key < 0 || (seen & (1 << key)) !== 0) return false
    seen |= 1 << key
    skipSpace(scanner, space)
    if (bytes[scanner.at++] !== COLON) return false
    skipSpace(scanner, space)
    if (key === 0) {
      if (bytes[scanner.at++] !== QUOTE) return false
      scanned.symbol = scanner.symbol(QUOTE)
      scanner.at++
      if (scanned.symbol === NOT_PLAIN) return false
    } else {
      // JSON knows no number such as 01.
      if (bytes[scanner.at] === ZERO && isDigit(bytes[scanner.at + 1])) return false
      const units = scanner.number(key === 1 ? priceDigits : key === 2 ? volumeDigits : timeDigits)
      if (units === NOT_PLAIN) return false
      if (key === 1) scanned.price = units
      else if (key === 2) scanned.volume = units
      else scanned.timeUs = units
    }
    skipSpace(scanner, space)
    const next = bytes[scanner.at++]
    if (next === COMMA) continue
    return next === CLOSE_OBJECT && seen === ALL_KEYS && reader.isPlainScanned()
  }
}

function isDigit(code: number | undefined): boolean {
  return code !== undefined && code !== DOT && code >= ZERO && code <= ZERO + 9
}

/** The index of the quoted key at the scanner, which is left after it; -1 for any other. */
function keyAt(scanner: ByteScanner): number {
  const { bytes, at } = scanner
  if (bytes[at] !== QUOTE) return -1
  const first = bytes[at + 1]
  const key = first === 115 ? 0 : first === 112 ? 1 : first === 118 ? 2 : 3
  const name = KEYS[key] as Buffer
  for (let index = 0; index < name.length; index++) if (bytes[at + 1 + index] !== name[index]) return -1
  if (bytes[at + 1 + name.length] !== QUOTE) return -1
  scanner.at = at + 2 + name.length
  return key
}

function skipSpace(scanner: ByteScanner, space = LINE_FEED): void {
  const { bytes } = scanner
  for (;;) {
    const code = bytes[scanner.at]
    if (code !== SPACE && code !== TAB && code !== CARRIAGE_RETURN && code !== space) return
    scanner.at++
  }
}
