/** The headers by which a retry is known: a producer with a sequence, or an idempotency key. */
import { createHash } from 'node:crypto'
import { HttpError } from '@weir/service'
import type { BodyFormat } from './body-format.ts'
import {
  isIdempotencyKey,
  isProducerName,
  KEY_LENGTH_MAX,
  NO_TOKEN,
  PRODUCER_LENGTH_MAX,
  type RequestToken,
} from './ingest-request.ts'

export interface TokenHeaders {
  readonly 'weir-producer'?: string
  readonly 'weir-sequence'?: string
  readonly 'idempotency-key'?: string
}

export interface SentBody {
  readonly path: string
  readonly format: BodyFormat
  readonly strict: boolean
  /** After gunzip: a retry may compress anew. */
  readonly bytes: Buffer
}

const SEQUENCE = /^[1-9]\d{0,15}$/

/** Throws an HttpError where the headers are wrong. `ticks` is how many numbers the request takes. */
export function readToken(headers: TokenHeaders, ticks: number, body: SentBody): RequestToken {
  const { 'weir-producer': producer, 'weir-sequence': sequence, 'idempotency-key': key } = headers
  if (key !== undefined) {
    if (producer !== undefined || sequence !== undefined)
      throw wrong('send either Weir-Producer and Weir-Sequence or Idempotency-Key, not both')
    if (!isIdempotencyKey(key)) throw wrong(`Idempotency-Key must be 1 to ${KEY_LENGTH_MAX} printable ASCII characters`)
    return { kind: 'key', key, digest: digestOf(body) }
  }
  if (producer === undefined && sequence === undefined) return NO_TOKEN
  if (producer === undefined || sequence === undefined)
    throw wrong('Weir-Producer and Weir-Sequence need each other; send both or neither')
  if (!isProducerName(producer))
    throw wrong(`Weir-Producer must be 1 to ${PRODUCER_LENGTH_MAX} printable ASCII characters`)
  const first = Number(sequence)
  if (!SEQUENCE.test(sequence) || !Number.isSafeInteger(first + ticks)) {
    throw wrong('Weir-Sequence must be the number of the first tick: a whole number, 1 or more, below 2^53')
  }
  return { kind: 'producer', name: producer, first }
}

function digestOf({ path, format, strict, bytes }: SentBody): string {
  return createHash('sha256').update(`${path}\n${format}\n${strict}\n`).update(bytes).digest('hex')
}

function wrong(message: string): HttpError {
  return new HttpError(400, 'WEIR_HEADER_INVALID', message)
}
