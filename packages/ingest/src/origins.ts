/**
 * The histories of the shards, as this pod knew them when a request was begun. Its segments name them, and a shard in another
 * history refuses: a Redis that lost its last writes, was wiped, or is another one, may have lost other parts of the request,
 * or the mark by which it was let through. Written all the same, a part would have ticks taken for duplicates that are lost.
 */
import type { StoreError } from '@weir/accumulator'
import type { IngestDeps } from './ingest-deps.ts'

/** By shard. */
export type Origins = readonly string[]

export type KnownOrigins =
  | { readonly kind: 'known'; readonly origins: Origins }
  | { readonly kind: 'refused'; readonly error: StoreError }
  | { readonly kind: 'unknown' }

/** How often one request is begun again before its outcome is called unknown. */
export const BEGINNINGS_MAX = 10

/** Shards that this pod has not heard of are asked with a call that applies nothing: once in its life. */
export async function knownOrigins({ writers }: Pick<IngestDeps, 'writers'>): Promise<KnownOrigins> {
  const unheard = writers.filter(({ origin }) => origin === undefined)
  const outcomes = await Promise.all(unheard.map((writer) => writer.write({ mark: { kind: 'none' }, parts: [] })))
  const refused = outcomes.find((outcome) => outcome.kind === 'refused')
  if (refused !== undefined) return refused
  const origins = writers.flatMap(({ origin }) => origin ?? [])
  return origins.length === writers.length ? { kind: 'known', origins } : { kind: 'unknown' }
}
