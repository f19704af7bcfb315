/**
 * The second half of a round: a snapshot that Redis's disk holds goes to PostgreSQL, and only then its rows are un-dirtied. Rows
 * that PostgreSQL refuses for what they hold go into quarantine.
 */
import { type ColdStore, type HotStore, type RefusedRow, type Snapshot, StoreError } from '@weir/accumulator'
import type { Clock } from '@weir/service'
import type { SyncLimits } from './sync-limits.ts'
import { type Bisected, upsertBisecting } from './upsert-bisecting.ts'

export interface SyncDeps {
  readonly hot: HotStore
  readonly cold: ColdStore
  readonly clock: Clock
  readonly limits: SyncLimits
  /** Told how long each call took, for the histograms. */
  readonly observe?: (operation: SyncOperation, seconds: number) => void
}

export type SyncOperation = 'snapshot' | 'upsert' | 'acknowledge'

export interface WriteOutcome {
  /** Rows that PostgreSQL took, or had already. */
  readonly written: number
  readonly changed: number
  readonly cleaned: number
  readonly moved: number
  /** Rows that PostgreSQL refuses, each by itself. */
  readonly refusals: readonly RefusedRow[]
  /** Of these, how many came into quarantine, and how many were in it already. */
  readonly quarantined: number
  readonly refusedAgain: number
  /** Rows that are as dirty as before, and will be the oldest of the next snapshot. */
  readonly left: number
  /** Another worker took rows out of the same set meanwhile. */
  readonly isDisturbed: boolean
  /** Why rows were left. */
  readonly error: StoreError | undefined
}

export interface WriteRequest {
  readonly snapshot: Snapshot
  /** How many rows may be found refused before the search for them ends. */
  readonly refusedRowsMax: number
  /** The snapshot after this one, which must be taken before this one's rows leave the set. */
  readonly next: Promise<void>
}

type Row = Snapshot['rows'][number]

const NO_QUARANTINE = { added: 0, again: 0 }

/**
 * Joins the rows into PostgreSQL, then acknowledges them. Both may be repeated, doubled or come late: the first is a join, the
 * second changes nothing unless the row is still the snapshot's. Whatever fails before the end leaves the rows dirty.
 */
export async function writeSnapshot(
  deps: SyncDeps,
  accumulator: string,
  shard: number,
  { snapshot, refusedRowsMax, next }: WriteRequest,
): Promise<WriteOutcome> {
  const { hot, limits } = deps
  const place = { accumulator, shard, rows: snapshot.rows }
  const bisected = await after(upsertRows(deps, place, refusedRowsMax), next)
  const { written, refused, untold } = bisected
  const taken = { ...snapshot, rows: written }
  const { cleaned, moved } = await timeCall(deps, 'acknowledge', () => hot.acknowledge(shard, accumulator, taken))
  const refusals = refused.map(({ row, error }) => refusalOf(row, error))
  // A table that took no row is to blame, not the rows.
  const isRows = refusals.length > 0 && (untold.length === 0 || written.length > 0)
  const request = { rows: refusals, rowsMax: limits.quarantineRowsMax }
  const set = isRows ? await hot.quarantine(shard, accumulator, request) : { ...NO_QUARANTINE, left: refusals.length }
  return {
    written: written.length,
    changed: bisected.changed,
    cleaned,
    moved,
    refusals,
    quarantined: set.added,
    refusedAgain: set.again,
    left: set.left + untold.length,
    isDisturbed:
      cleaned + moved < written.length + snapshot.missing.length || set.added + set.again + set.left < refusals.length,
    error: leftError(deps, place, bisected, isRows ? set.left : 0),
  }
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

interface Place {
  readonly accumulator: string
  readonly shard: number
  readonly rows: readonly Row[]
}

/** The result of the first; rejects only when both have ended, so that no call outlives its round. */
async function after<T>(first: Promise<T>, second: Promise<void>): Promise<T> {
  await Promise.allSettled([first, second])
  await second
  return first
}

/** What PostgreSQL refuses as a call leaves all rows as they are: none of them is to blame. */
async function upsertRows(
  deps: SyncDeps,
  { accumulator, shard, rows }: Place,
  refusedRowsMax: number,
): Promise<Bisected<Row>> {
  const upsert = (some: readonly Row[]) => timeCall(deps, 'upsert', () => deps.cold.upsert(accumulator, shard, some))
  try {
    return await upsertBisecting(upsert, rows, refusedRowsMax)
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'WEIR_STORE_REFUSED') throw error
    return { changed: 0, written: [], refused: [], untold: rows, firstError: error }
  }
}

function refusalOf({ period, field, row }: Row, error: StoreError): RefusedRow {
  const { cause } = error
  const state = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
  const said =
    state === undefined ? { code: error.code, message: error.message } : { code: state, message: told(cause) }
  return { period, field, origin: row.origin, ...said }
}

function told(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

function leftError(
  { limits }: SyncDeps,
  { accumulator, shard, rows }: Place,
  { untold, firstError }: Bisected<Row>,
  withoutRoom: number,
): StoreError | undefined {
  if (firstError === undefined || untold.length + withoutRoom === 0) return undefined
  const name = (row: Row | undefined) => JSON.stringify(`${row?.period}:${row?.key}`)
  const where = `${rows.length} rows of ${accumulator} in shard ${shard}, from ${name(rows[0])} to ${name(rows.at(-1))}`
  const many =
    firstError.code === 'WEIR_STORE_REFUSED'
      ? `PostgreSQL refused a batch of ${where}`
      : withoutRoom > 0
        ? `there is no more room in the quarantine (${limits.quarantineRowsMax} rows a shard) for what PostgreSQL refuses of ${where}`
        : `PostgreSQL refused more than ${limits.refusedRowsMax} rows in one round, the last among ${where}: it may be the table and not the rows`
  const message = `${many}; what was not written stays in Redis, dirty: ${firstError.message}`
  return new StoreError('WEIR_STORE_REFUSED', message, { cause: firstError })
}
