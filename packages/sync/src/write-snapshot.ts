/** The second half of a round: a snapshot that Redis's disk holds goes to PostgreSQL, and only then its rows are un-dirtied. */
import { type ColdStore, type HotStore, type Snapshot, StoreError } from '@weir/accumulator'
import type { Clock } from '@weir/service'
import type { SyncLimits } from './sync-limits.ts'

export interface SyncDeps {
  readonly hot: HotStore
  readonly cold: ColdStore
  readonly clock: Clock
  readonly limits: SyncLimits
  /** Told how long each call took, for the histograms. */
  readonly observe?: (operation: SyncOperation, seconds: number) => void
}

export type SyncOperation = 'snapshot' | 'upsert' | 'acknowledge'

export type WriteOutcome =
  | { readonly kind: 'written'; readonly changed: number; readonly cleaned: number; readonly moved: number }
  /** PostgreSQL refuses a row of the batch: nothing of it was written, and all of it stays dirty. */
  | { readonly kind: 'refused'; readonly error: StoreError }

/**
 * Joins the rows into PostgreSQL, then acknowledges them. Both may be repeated, doubled or come late: the first is a join, the
 * second changes nothing unless the row is still the snapshot's. Whatever fails before the end leaves the rows dirty.
 */
export async function writeSnapshot(
  deps: SyncDeps,
  accumulator: string,
  shard: number,
  snapshot: Snapshot,
): Promise<WriteOutcome> {
  const { hot, cold } = deps
  let changed = 0
  try {
    const { rows } = snapshot
    if (rows.length > 0) changed = await timeCall(deps, 'upsert', () => cold.upsert(accumulator, shard, rows))
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'WEIR_STORE_REFUSED') throw error
    return { kind: 'refused', error: withRange(error, accumulator, shard, snapshot) }
  }
  const { cleaned, moved } = await timeCall(deps, 'acknowledge', () => hot.acknowledge(shard, accumulator, snapshot))
  return { kind: 'written', changed, cleaned, moved }
}

export async function timeCall<T>(
  { clock, observe }: Pick<SyncDeps, 'clock' | 'observe'>,
  operation: SyncOperation,
  call: () => Promise<T>,
): Promise<T> {
  const startedMs = clock.monotonicMs()
  const result = await call()
  observe?.(operation, (clock.monotonicMs() - startedMs) / 1000)
  return result
}

/** How many members of the dirty set a snapshot holds. */
export function sizeOf(snapshot: Snapshot): number {
  return snapshot.rows.length + snapshot.missing.length + snapshot.unreadable.length
}

function withRange(error: StoreError, accumulator: string, shard: number, { rows }: Snapshot): StoreError {
  const name = (row: Snapshot['rows'][number] | undefined) => JSON.stringify(`${row?.period}:${row?.key}`)
  return new StoreError(
    error.code,
    `PostgreSQL refused a batch of ${rows.length} rows of ${accumulator} in shard ${shard}, from ${name(rows[0])} to ${name(rows.at(-1))}; ` +
      `they stay in Redis, dirty: ${error.message}`,
    { cause: error },
  )
}
