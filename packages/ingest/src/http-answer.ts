/** How each end of a request is told over HTTP. A body always has either the counts or an `error` with a stable code. */
import { errorBody, HttpError } from '@weir/service'
import type { IngestAnswer, TickCounts } from './ingest-request.ts'

export interface HttpReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: object
}

const RETRY_AFTER = { 'retry-after': '1' }

export function toReply(answer: IngestAnswer): HttpReply {
  switch (answer.kind) {
    case 'counted':
      return { status: 200, headers: answer.repeated ? { 'idempotency-replayed': 'true' } : {}, body: answer.counts }
    case 'bad-ticks':
      return errorReply(422, 'WEIR_BAD_TICKS', badTicksMessage(answer.counts), { ...answer.counts })
    case 'gap':
      return errorReply(409, 'WEIR_SEQUENCE_GAP', gapMessage(answer.expected), { expected: answer.expected })
    case 'key-reused':
      return errorReply(
        422,
        'WEIR_KEY_REUSED',
        'this Idempotency-Key stands for another request; use a new key for each request',
      )
    case 'overflow':
      return errorReply(422, 'WEIR_FIELD_OVERFLOW', answer.message)
    case 'unavailable':
      return answer.retryable
        ? errorReply(503, answer.code, `nothing was applied: ${answer.message}`, {}, RETRY_AFTER)
        : errorReply(500, answer.code, `nothing was applied: ${answer.message}`)
    case 'unwritten':
      return errorReply(503, 'WEIR_NOT_IN_POSTGRES', unwrittenMessage(answer.reason), {}, RETRY_AFTER)
    case 'unknown':
      return errorReply(503, 'WEIR_OUTCOME_UNKNOWN', UNKNOWN_MESSAGE, {}, RETRY_AFTER)
  }
}

const UNKNOWN_MESSAGE =
  'Redis did not answer in time, so it is not known what was applied; send the request again under the same Weir-Sequence or ' +
  'Idempotency-Key, which counts no tick twice (without one it may)'

function unwrittenMessage(reason: string): string {
  return (
    `the ticks are in Redis, and not in PostgreSQL yet: ${reason}. Send the request again under the same Weir-Sequence or ` +
    'Idempotency-Key to wait for it, which counts no tick twice (without one it does)'
  )
}

function badTicksMessage({ rejected, ticks }: TickCounts): string {
  return `${rejected} of ${ticks} ticks are bad, and with strict=true nothing was applied`
}

function gapMessage(expected: number): string {
  return `the ticks before this request are missing; go on from Weir-Sequence ${expected}`
}

function errorReply(
  status: number,
  code: string,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): HttpReply {
  return { status, headers, body: errorBody(new HttpError(status, code, message, { details })) }
}
