/** Runs one job of the queue: a scheduled round of one accumulator, or a forced sync of one or all. */
import type { Accumulator } from '@weir/accumulator'
import type { Clock } from '@weir/service'
import type { AccumulatorReport, AccumulatorSyncOptions } from './sync-accumulator.ts'
import { incompleteError, SyncError } from './sync-error.ts'
import type { SyncJobContext, SyncJobRequest, SyncJobResult } from './sync-job.ts'

export interface SyncJobDeps {
  readonly accumulators: readonly Accumulator[]
  readonly clock: Clock
  /** A round; a fresh one has everything that is dirty by now. */
  readonly sync: (
    accumulator: Accumulator,
    options: AccumulatorSyncOptions & { readonly fresh: boolean },
  ) => Promise<AccumulatorReport>
}

/** Throws a SyncError where something stays dirty that should not, after everything else was synced. */
export async function runSyncJob(
  { accumulators, clock, sync }: SyncJobDeps,
  { accumulator: name, symbol, forced = false }: SyncJobRequest,
  { onProgress, signal }: SyncJobContext,
): Promise<SyncJobResult> {
  const chosen = accumulators.filter((accumulator) => name === undefined || accumulator.name === name)
  if (chosen.length === 0) throw unknownError(name, accumulators)
  const startedMs = clock.monotonicMs()
  let done = { rows: 0, rounds: 0, updates: 0, quarantined: 0 }
  let failure: SyncError | undefined
  for (const accumulator of chosen) {
    const report = await sync(accumulator, {
      fresh: forced,
      retriesAll: forced,
      symbol,
      signal,
      onProgress: (soFar) => {
        const { rows, rounds } = add(done, soFar)
        onProgress({ accumulator: soFar.accumulator, shardsDone: soFar.shardsDone, shards: soFar.shards, rows, rounds })
      },
    })
    done = add(done, report)
    if (report.failures.length > 0) failure ??= incompleteError(accumulator.name, report.shards, report.failures)
  }
  if (failure !== undefined) throw failure
  return { ...done, seconds: Number(((clock.monotonicMs() - startedMs) / 1000).toFixed(3)) }
}

function add(
  done: Omit<SyncJobResult, 'seconds'>,
  { rows, snapshots, updates, quarantined, refusedAgain }: AccumulatorReport,
): Omit<SyncJobResult, 'seconds'> {
  return {
    rows: done.rows + rows,
    rounds: done.rounds + snapshots,
    updates: done.updates + updates,
    quarantined: done.quarantined + quarantined + refusedAgain,
  }
}

/** Retryable: in a rolling deploy another worker may have it. */
function unknownError(name: string | undefined, accumulators: readonly Accumulator[]): SyncError {
  const known = accumulators.map((accumulator) => accumulator.name).join(', ')
  const message = `this worker has no accumulator ${JSON.stringify(name)}; it has ${known}`
  return new SyncError('WEIR_ACCUMULATOR_UNKNOWN', message, { retryable: true })
}
