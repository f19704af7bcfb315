/**
 * One round of the sync: every row of one accumulator and shard that is dirty as the round begins goes to PostgreSQL.
 *
 *   snapshot     read the oldest dirty rows from Redis, as they are now
 *   barrier      wait until Redis's disk holds what the snapshot saw, so that PostgreSQL never knows more than Redis
 *   upsert       join the rows into PostgreSQL
 *   acknowledge  un-dirty the rows that did not move meanwhile; the others stay dirty, scored to the snapshot's time
 *   quarantine   set rows apart that PostgreSQL refuses, so that later rounds pass them over
 *
 * No lock is needed. A crash anywhere leaves rows dirty that PostgreSQL may have already; the next round joins them in again,
 * which changes nothing. So a round may as well be doubled, paused for minutes, or run late.
 */
import { type Durability, type Snapshot, type SnapshotRequest, StoreError } from '@weir/accumulator'
import { addReports, EMPTY_REPORT, type SyncReport } from './sync-report.ts'
import { type SyncDeps, sizeOf, timeCall, writeSnapshot } from './write-snapshot.ts'

export interface SyncOptions {
  /** Only these rows, where they are dirty, instead of all. */
  readonly only?: NonNullable<SnapshotRequest['only']>
  /** How many rows may be found refused before the search for them ends; else the limit of a round. */
  readonly refusedRowsMax?: number
  /** Told the report so far after each batch. */
  readonly onProgress?: (report: SyncReport) => void
  /** Ends the round between two steps; what is not acknowledged stays dirty. */
  readonly signal?: AbortSignal
}

interface Round {
  readonly deps: SyncDeps
  readonly accumulator: string
  readonly shard: number
  readonly options: SyncOptions
  /** What is still to be read, in order. */
  readonly todo: Batch[]
  /** Snapshots that wait for the barrier or are written, oldest first. */
  readonly inFlight: InFlight[]
  /** Rows that PostgreSQL refuses and that are not in quarantine, and rows that are none: they stay the oldest. */
  leftRows: number
  /** How many more rows may be found refused. */
  refusedRoom: number
  brokenBarriers: number
  /** Another worker took rows out of the same set, so that positions in it shifted and some rows may have been skipped. */
  disturbed: boolean
  report: SyncReport
}

type Batch = Pick<SnapshotRequest, 'rowsMax' | 'only'>

interface InFlight {
  readonly batch: Batch
  readonly snapshot: Snapshot
  readonly takenMs: number
}

/** Throws a StoreError where a store fails, and the signal's reason where it is aborted. */
export async function syncOnce(
  deps: SyncDeps,
  accumulator: string,
  shard: number,
  options: SyncOptions = {},
): Promise<SyncReport> {
  const round: Round = {
    deps,
    accumulator,
    shard,
    options,
    todo: [],
    inFlight: [],
    leftRows: 0,
    refusedRoom: options.refusedRowsMax ?? deps.limits.refusedRowsMax,
    brokenBarriers: 0,
    disturbed: false,
    report: EMPTY_REPORT,
  }
  for (let pass = 1; pass === 1 || (round.disturbed && pass <= deps.limits.passesMax); pass++) {
    round.disturbed = false
    round.todo.push(...(await batchesOf(round)))
    await syncBatches(round)
  }
  return round.report
}

async function syncBatches(round: Round): Promise<void> {
  const { todo, inFlight, options, deps } = round
  while (todo.length > 0 || inFlight.length > 0) {
    options.signal?.throwIfAborted()
    const oldest = inFlight[0]
    const barrier = oldest === undefined ? undefined : await askBarrier(round, oldest)
    if (oldest !== undefined && (barrier?.kind === 'durable' || barrier?.kind === 'unpromised')) {
      // While PostgreSQL works, Redis reads. Both come before the acknowledgement, which moves what `skip` counts.
      const next = inFlight.length < deps.limits.snapshotsInFlightMax ? takeNext(round) : Promise.resolve()
      await write(round, oldest.snapshot, barrier, next)
      inFlight.shift()
    } else if (barrier?.kind === 'broken') {
      takeAllAgain(round, barrier.reason)
    } else if (todo.length > 0 && inFlight.length < deps.limits.snapshotsInFlightMax) {
      await takeNext(round)
    } else if (barrier?.kind === 'pending') {
      await deps.clock.sleep(barrier.waitMs, options.signal)
    }
  }
}

/**
 * The rows that are dirty now are the oldest of the set, since whatever becomes dirty or moves from now on is scored behind
 * them. So their number is the length of the round, and a hot key can neither prolong it nor take the place of others.
 */
async function batchesOf({ deps, accumulator, shard, options, leftRows }: Round): Promise<Batch[]> {
  const { batchRowsMax } = deps.limits
  const batches: Batch[] = []
  if (options.only !== undefined) {
    for (let at = 0; at < options.only.length; at += batchRowsMax) {
      batches.push({ rowsMax: batchRowsMax, only: options.only.slice(at, at + batchRowsMax) })
    }
    return batches
  }
  const { dirty, quarantined } = await deps.hot.readDepth(shard)
  const rows = (dirty[accumulator] ?? 0) - (quarantined[accumulator] ?? 0) - leftRows
  for (let at = 0; at < rows; at += batchRowsMax) batches.push({ rowsMax: Math.min(batchRowsMax, rows - at) })
  return batches
}

async function takeNext(round: Round): Promise<void> {
  const { deps, accumulator, shard, todo, inFlight } = round
  const batch = todo.shift()
  if (batch === undefined) return
  const skip = batch.only === undefined ? round.leftRows + sum(inFlight.map(({ snapshot }) => sizeOf(snapshot))) : 0
  const takenMs = deps.clock.monotonicMs()
  const snapshot = await timeCall(deps, 'snapshot', () => deps.hot.snapshot(shard, accumulator, { ...batch, skip }))
  if (sizeOf(snapshot) > 0) inFlight.push({ batch, snapshot, takenMs })
  // A short one has reached the end of the set.
  if (batch.only === undefined && sizeOf(snapshot) < batch.rowsMax) todo.length = 0
  round.report = addReports(round.report, { snapshots: 1 })
}

async function askBarrier({ deps, shard }: Round, { snapshot, takenMs }: InFlight): Promise<Durability> {
  const durability = await deps.hot.durabilityOf(snapshot.receipt)
  const waitedMs = deps.clock.monotonicMs() - takenMs
  if (durability.kind === 'pending' && waitedMs > deps.limits.barrierWaitMaxMs) {
    throw new StoreError(
      'WEIR_STORE_BUSY',
      `Redis has not written a snapshot of shard ${shard} to its disk for ${Math.round(waitedMs / 1000)} s, so nothing of it may go ` +
        'to PostgreSQL; look at the disk of Redis and at aof_* in its INFO persistence',
    )
  }
  return durability
}

/** What broke was the history or the fsync, so no snapshot taken until now may be trusted. */
function takeAllAgain(round: Round, reason: string): void {
  const { deps, shard, todo, inFlight } = round
  round.brokenBarriers += 1
  if (round.brokenBarriers > deps.limits.brokenBarriersMax) {
    throw new StoreError(
      'WEIR_STORE_BUSY',
      `the snapshots of shard ${shard} were dropped ${round.brokenBarriers} times, since Redis did not keep them safely: ${reason}`,
    )
  }
  todo.unshift(...inFlight.map(({ batch }) => batch))
  inFlight.length = 0
}

async function write(
  round: Round,
  snapshot: Snapshot,
  barrier: Extract<Durability, { kind: 'durable' | 'unpromised' }>,
  next: Promise<void>,
): Promise<void> {
  const { deps, accumulator, shard, options } = round
  const unpromised = barrier.kind === 'unpromised' ? barrier.reason : undefined
  const { missing, unreadable } = snapshot
  const outcome = await writeSnapshot(deps, accumulator, shard, { snapshot, refusedRowsMax: round.refusedRoom, next })
  const { changed, moved, refusals, quarantined, refusedAgain } = outcome
  round.refusedRoom = Math.max(0, round.refusedRoom - refusals.length)
  if (options.only === undefined) {
    round.disturbed ||= outcome.isDisturbed
    round.leftRows += outcome.left + unreadable.length
  }
  const refused = outcome.error === undefined ? [] : [outcome.error]
  if (unreadable.length > 0) refused.push(unreadableError(accumulator, shard, unreadable))
  round.report = addReports(round.report, {
    rows: outcome.written,
    missing: missing.length,
    changed,
    moved,
    unpromised,
    quarantined,
    refusedAgain,
    refusals,
    refused,
  })
  options.onProgress?.(round.report)
}

function unreadableError(accumulator: string, shard: number, members: readonly string[]): StoreError {
  return new StoreError(
    'WEIR_STORE_REFUSED',
    `${members.length} rows of ${accumulator} in shard ${shard} are no rows of this layout, among them ${JSON.stringify(members[0])}: ` +
      'somebody changed them in Redis; they stay dirty there, and the others are synced',
  )
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
