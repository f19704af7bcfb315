/** Answers for requests of which nothing was applied. */
import type { StoreError } from '@weir/accumulator'
import type { IngestAnswer } from './ingest-request.ts'

export type Unavailable = Extract<IngestAnswer, { kind: 'unavailable' }>

/** What Redis refused; `WEIR_STORE_REFUSED` means the request itself, so that sending it again does not help. */
export function unavailable({ code, message }: StoreError): Unavailable {
  return { kind: 'unavailable', code, message, retryable: code !== 'WEIR_STORE_REFUSED' }
}
