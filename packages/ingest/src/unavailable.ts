/** Answers for requests of which nothing was applied. */
import type { StoreError } from '@weir/accumulator'
import type { IngestAnswer } from './ingest-request.ts'

export type Unavailable = Extract<IngestAnswer, { kind: 'unavailable' }>

/** To the sender; the store's own message speaks of one call, whose outcome may be unknown although nothing was applied. */
export const UNREACHABLE_MESSAGE = 'Redis cannot be reached; send the request again later'

/** What Redis refused; `WEIR_STORE_REFUSED` means the request itself, so that sending it again does not help. */
export function unavailable({ code, message }: StoreError): Unavailable {
  const told = code === 'WEIR_STORE_UNREACHABLE' ? UNREACHABLE_MESSAGE : message
  return { kind: 'unavailable', code, message: told, retryable: code !== 'WEIR_STORE_REFUSED' }
}
