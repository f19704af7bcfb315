/** The bytes of one body of records in, their columns out: a JSON array or object, NDJSON, or CSV with the names as header. */

import { unreadable } from './body-error.ts'
import type { BodyFormat } from './body-format.ts'
import { csvRecords } from './csv-records.ts'
import { jsonLines, parseJsonBody } from './read-json.ts'
import type { RecordReader } from './record-reader.ts'
import type { TickBatch } from './tick-batch.ts'
import { decodeUtf8 } from './utf8.ts'

/** Throws a BodyError, saying where, for a body that cannot be read. An empty body has no records. */
export function readRecords(bytes: Buffer, format: BodyFormat, reader: RecordReader): TickBatch {
  if (bytes.length === 0) return reader.finish()
  const text = decodeUtf8(bytes)
  switch (format) {
    case 'json': {
      const body = parseJsonBody(text)
      for (const record of Array.isArray(body) ? body : [body]) reader.add(record)
      break
    }
    case 'ndjson':
      for (const record of jsonLines(text)) reader.add(record)
      break
    case 'csv':
      readCsvRecords(text, reader)
  }
  return reader.finish()
}

function readCsvRecords(text: string, reader: RecordReader): void {
  let names: readonly string[] | undefined
  for (const { fields } of csvRecords(text)) {
    if (names === undefined) names = headerOf(fields)
    else if (fields.length !== names.length) reader.reject(`has ${fields.length} fields, its header ${names.length}`)
    else reader.add(Object.fromEntries(names.map((name, index) => [name, fields[index]])))
  }
}

function headerOf(fields: readonly string[]): string[] {
  const names = fields.map((field) => field.trim())
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw unreadable(`the CSV header has more than one column ${twice}`)
  return names
}
