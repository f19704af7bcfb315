/** Decode: the bytes of one body in, its ticks in columns out. Pure: no clock, no I/O. */
import { constants, isUtf8 } from 'node:buffer'
import type { EventInput } from '@weir/accumulator'
import { tooLarge } from './body-error.ts'
import type { BodyFormat } from './body-format.ts'
import { readCsv } from './read-csv.ts'
import { readJson } from './read-json.ts'
import { scanCsv } from './scan-csv.ts'
import { scanJson, scanNdjson } from './scan-json.ts'
import type { TickBatch } from './tick-batch.ts'
import { TickReader } from './tick-reader.ts'
import { decodeUtf8 } from './utf8.ts'

const QUOTE = 34
const BYTE_ORDER_MARK = 0xef

/** Throws a BodyError, saying where, for a body that cannot be read. An empty body has no ticks. */
export function decode(bytes: Buffer, format: BodyFormat, input: EventInput): TickBatch {
  if (bytes.length === 0) return new TickReader(input).finish()
  if (bytes.length > constants.MAX_STRING_LENGTH) throw tooLarge(constants.MAX_STRING_LENGTH)
  // A byte order mark, or bytes that are no UTF-8, are left to the way over text.
  const isPlainText = bytes[0] !== BYTE_ORDER_MARK && isUtf8(bytes)
  const plain = isPlainText ? bytes : Buffer.from(decodeUtf8(bytes))
  switch (format) {
    case 'csv':
      return plain.includes(QUOTE) ? readCsv(plain.toString(), input) : scanCsv(plain, input)
    case 'ndjson':
      return scanNdjson(plain, input)
    case 'json':
      return scanJson(plain, input) ?? readJson(plain.toString(), input)
  }
}
