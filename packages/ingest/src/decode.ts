/** Decode: the bytes of one body in, its ticks in columns out. Pure: no clock, no I/O. */
import { constants } from 'node:buffer'
import type { EventInput } from '@weir/accumulator'
import { tooLarge } from './body-error.ts'
import type { BodyFormat } from './body-format.ts'
import { readCsv } from './read-csv.ts'
import { readJson, readNdjson } from './read-json.ts'
import type { TickBatch } from './tick-batch.ts'
import { TickReader } from './tick-reader.ts'
import { decodeUtf8 } from './utf8.ts'

const READERS: Readonly<Record<BodyFormat, (text: string, input: EventInput) => TickBatch>> = {
  json: readJson,
  ndjson: readNdjson,
  csv: readCsv,
}

/** Throws a BodyError, saying where, for a body that cannot be read. An empty body has no ticks. */
export function decode(bytes: Buffer, format: BodyFormat, input: EventInput): TickBatch {
  if (bytes.length === 0) return new TickReader(input).finish()
  if (bytes.length > constants.MAX_STRING_LENGTH) throw tooLarge(constants.MAX_STRING_LENGTH)
  return READERS[format](decodeUtf8(bytes), input)
}
