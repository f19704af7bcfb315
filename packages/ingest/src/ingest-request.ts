/** What a request for ingestion is, and how it can end. The HTTP layer is one caller, the replay in one process another. */
import type { Rejection, TickBatch } from './tick-batch.ts'

export interface IngestRequest {
  readonly batch: TickBatch
  readonly token: RequestToken
  /** Whether one bad tick refuses the whole request. */
  readonly strict: boolean
}

/** By what a retry of the request is known. */
export type RequestToken =
  /** By nothing: whoever retries it may count its ticks twice. */
  | { readonly kind: 'none' }
  /** Its ticks are numbered on from `first` within this producer. */
  | { readonly kind: 'producer'; readonly name: string; readonly first: number }
  /** `digest` stands for path, content type and body. */
  | { readonly kind: 'key'; readonly key: string; readonly digest: string }

export const NO_TOKEN: RequestToken = { kind: 'none' }

export const PRODUCER_LENGTH_MAX = 128
export const KEY_LENGTH_MAX = 255
const PRINTABLE = /^[ -~]+$/

export function isProducerName(name: string): boolean {
  return name.length <= PRODUCER_LENGTH_MAX && PRINTABLE.test(name)
}

export function isIdempotencyKey(key: string): boolean {
  return key.length <= KEY_LENGTH_MAX && PRINTABLE.test(key)
}

/** What became of the ticks of a request. `accepted + duplicates + rejected = ticks`. */
export interface TickCounts {
  readonly ticks: number
  readonly accepted: number
  /** Counted before: by an earlier try of this request, or of one that overlaps it. */
  readonly duplicates: number
  readonly rejected: number
  /** The first of the rejected. */
  readonly errors: readonly Rejection[]
  /** The last number seen of the producer. */
  readonly mark?: number
}

export type IngestAnswer =
  /** In Redis. `repeated`: the first answer of an idempotency key, given again. */
  | { readonly kind: 'counted'; readonly counts: TickCounts; readonly repeated: boolean }
  /** Strict, and at least one tick was bad: nothing was applied. */
  | { readonly kind: 'bad-ticks'; readonly counts: TickCounts }
  /** The request begins beyond its producer's mark + 1. */
  | { readonly kind: 'gap'; readonly expected: number }
  /** The idempotency key stands for another request. */
  | { readonly kind: 'key-reused' }
  /** The request's own sum leaves its range, so that nothing was applied; in parts it may be. */
  | { readonly kind: 'overflow'; readonly message: string }
  /** Nothing was applied; `retryable`: later it may be. */
  | { readonly kind: 'unavailable'; readonly code: string; readonly message: string; readonly retryable: boolean }
  /** In Redis, and not in PostgreSQL yet, for which it was to wait. */
  | { readonly kind: 'unwritten'; readonly reason: string }
  /** Some, all or none of it was applied, or will be. */
  | { readonly kind: 'unknown' }
