/**
 * ENABLE_MEMORY_FIRST=false: a request is answered only when its rows are in PostgreSQL, whoever brings them there. Its rows,
 * whatever the verdict on its ticks: what is a duplicate here may not be in PostgreSQL yet.
 *
 * A Redis that loses its last writes between its answer and the sync has no rows of the request that could be missed. So the
 * histories of its shards must be the same after the sync as before the request was written.
 */
import { assert, type RowName } from '@weir/accumulator'
import type { IngestDeps } from './ingest-deps.ts'
import type { OpenedRequest } from './open-request.ts'
import type { Origins } from './origins.ts'
import type { SegmentOutcome } from './shard-writer.ts'
import type { Share } from './shares.ts'

/** The rows of one shard and accumulator that a request touches. */
export interface TouchedRows {
  readonly shard: number
  readonly accumulator: string
  readonly rows: readonly Pick<RowName, 'period' | 'key'>[]
}

/** Brings rows to PostgreSQL. Gives why they are not there, or undefined when they are. Rejects only on a bug. */
export type WriteThrough = (touched: readonly TouchedRows[]) => Promise<string | undefined>

export type Through =
  | { readonly kind: 'there' }
  /** In Redis, and not in PostgreSQL. */
  | { readonly kind: 'unwritten'; readonly reason: string }
  /** Redis's history changed, so that some of it may be lost. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'unknown' }

type Open = Extract<OpenedRequest, { kind: 'open' }>

const NOTHING = { mark: { kind: 'none' }, parts: [] } as const

/** Before a request is written: the histories of its shards. A request with a token has found them out already. */
export async function originsBefore(deps: IngestDeps, shares: readonly Share[], { origins }: Open): Promise<Origins> {
  if (deps.writeThrough === undefined || origins.length > 0) return origins
  await askShards(deps, shares)
  return deps.writers.map(({ origin }) => origin ?? '')
}

/** After it was written: brings its rows to PostgreSQL, where that is asked for. */
export async function bringThrough(deps: IngestDeps, shares: readonly Share[], origins: Origins): Promise<Through> {
  if (deps.writeThrough === undefined) return { kind: 'there' }
  const reason = await deps.writeThrough(touchedRows(shares))
  if (reason !== undefined) return { kind: 'unwritten', reason }
  const outcomes = await askShards(deps, shares)
  if (outcomes.some(({ kind }) => kind !== 'judged')) return { kind: 'unknown' }
  return shares.every(({ shard }) => deps.writers[shard]?.origin === origins[shard])
    ? { kind: 'there' }
    : { kind: 'moved' }
}

/** A call that applies nothing: the writer then knows the shard's present history. */
async function askShards({ writers }: IngestDeps, shares: readonly Share[]): Promise<SegmentOutcome[]> {
  return Promise.all(
    shares.map(({ shard }) => {
      const writer = writers[shard]
      assert(writer !== undefined, 'each shard has its writer')
      return writer.write(NOTHING)
    }),
  )
}

function touchedRows(shares: readonly Share[]): TouchedRows[] {
  return shares.flatMap(({ shard, folded }) =>
    [...Map.groupBy(folded.parts, ({ accumulator }) => accumulator)].map(([accumulator, parts]) => ({
      shard,
      accumulator,
      rows: parts.flatMap(({ deltas }) => deltas.keys.map((key) => ({ period: deltas.period, key }))),
    })),
  )
}
