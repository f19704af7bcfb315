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
import { TickReader, type TickReaderOptions } from './tick-reader.ts'
import { decodeUtf8 } from './utf8.ts'

const QUOTE = 34
const BYTE_ORDER_MARK = 0xef
/** A start for the columns; more come as they are needed. */
const BYTES_A_TICK: Readonly<Record<BodyFormat, number>> = { csv: 30, ndjson: 70, json: 70 }

/**
 * Throws a BodyError, saying where, for a body that cannot be read. An empty body has no ticks. `options`: see TickReader.
 */
export function decode(
  bytes: Buffer,
  format: BodyFormat,
  input: EventInput,
  options: Pick<TickReaderOptions, 'symbols' | 'memory'> = {},
): TickBatch {
  const reader = new TickReader(input, { ...options, ticksExpected: Math.ceil(bytes.length / BYTES_A_TICK[format]) })
  if (bytes.length === 0) return reader.finish()
  if (bytes.length > constants.MAX_STRING_LENGTH) throw tooLarge(constants.MAX_STRING_LENGTH)
  // A byte order mark, or bytes that are no UTF-8, are left to the way over text.
  const isPlainText = bytes[0] !== BYTE_ORDER_MARK && isUtf8(bytes)
  const plain = isPlainText ? bytes : Buffer.from(decodeUtf8(bytes))
  switch (format) {
    case 'csv':
      if (plain.includes(QUOTE)) readCsv(plain.toString(), reader)
      else scanCsv(plain, reader)
      return reader.finish()
    case 'ndjson':
      scanNdjson(plain, reader)
      return reader.finish()
    case 'json': {
      if (scanJson(plain, reader)) return reader.finish()
      const again = new TickReader(input, options)
      readJson(plain.toString(), again)
      return again.finish()
    }
  }
}
