/** A sync of one accumulator: a round for each of its shards, some side by side. A shard that fails does not stop the others. */
import { type Accumulator, type Coverage, shardOf } from '@weir/accumulator'
import type { CoverageKeeper } from './coverage.ts'
import { forEachLimited } from './for-each-limited.ts'
import type { LandedUpdates } from './landed-updates.ts'
import { retryQuarantine } from './retry-quarantine.ts'
import type { ShardFailure } from './sync-error.ts'
import { type SyncOptions, syncOnce } from './sync-once.ts'
import { addReports, EMPTY_REPORT, type SyncReport } from './sync-report.ts'
import type { SyncDeps } from './write-snapshot.ts'

export interface AccumulatorSyncDeps extends SyncDeps {
  readonly shards: number
  readonly coverages: CoverageKeeper
  readonly landed: LandedUpdates
  /** Told when the run could not be written to `sync_runs`, which is only a record. */
  readonly onRunUnrecorded?: (error: unknown) => void
}

export interface AccumulatorSyncOptions {
  /** Only what this symbol has dirty. */
  readonly symbol?: string | undefined
  /** Try every row in quarantine again, not only those whose time has come. */
  readonly retriesAll?: boolean
  readonly onProgress?: (report: AccumulatorReport) => void
  readonly signal?: AbortSignal
}

export interface AccumulatorReport extends SyncReport {
  readonly accumulator: string
  readonly shards: number
  readonly shardsDone: number
  /** Updates that landed in PostgreSQL, see landed-updates.ts. */
  readonly updates: number
  readonly failures: readonly ShardFailure[]
  readonly durationMs: number
}

/** Throws only the signal's reason; what fails is in the report, and what failed stays dirty. */
export async function syncAccumulator(
  deps: AccumulatorSyncDeps,
  accumulator: Accumulator,
  options: AccumulatorSyncOptions = {},
): Promise<AccumulatorReport> {
  const { clock, limits } = deps
  const startedAtMs = clock.nowMs()
  const startedMs = clock.monotonicMs()
  const { symbol, retriesAll = false, signal, onProgress } = options
  const shards =
    symbol === undefined ? Array.from({ length: deps.shards }, (_, shard) => shard) : [shardOf(symbol, deps.shards)]
  const reports = new Map<number, SyncReport>()
  const failures: ShardFailure[] = []
  let updates = 0
  let shardsDone = 0
  const report = (): AccumulatorReport => ({
    ...[...reports.values()].reduce(addReports, EMPTY_REPORT),
    accumulator: accumulator.name,
    shards: shards.length,
    shardsDone,
    updates,
    failures,
    durationMs: Math.round(clock.monotonicMs() - startedMs),
  })
  await forEachLimited(shards, limits.shardsAtOnceMax, async (shard) => {
    try {
      const progress = (soFar: SyncReport) => {
        reports.set(shard, soFar)
        onProgress?.(report())
      }
      const outcome = await syncShard(deps, accumulator, shard, { symbol, retriesAll, signal, progress })
      reports.set(shard, outcome.report)
      updates += outcome.updates
      failures.push(...outcome.report.refused.map((error) => ({ shard, error })))
      shardsDone += 1
    } catch (error) {
      signal?.throwIfAborted()
      failures.push({ shard, error: asError(error) })
    }
    onProgress?.(report())
  })
  const done = report()
  await recordRun(deps, done, startedAtMs)
  return done
}

interface ShardSyncOptions {
  readonly symbol: string | undefined
  readonly retriesAll: boolean
  readonly signal: AbortSignal | undefined
  readonly progress: (report: SyncReport) => void
}

async function syncShard(
  deps: AccumulatorSyncDeps,
  accumulator: Accumulator,
  shard: number,
  { symbol, retriesAll, signal, progress }: ShardSyncOptions,
): Promise<{ report: SyncReport; updates: number }> {
  const { coverages, landed } = deps
  const read = await coverages.read(shard)
  const before = read?.coverage
  await landed.look(shard, before)
  const only = symbol === undefined ? undefined : namedRows(accumulator, symbol, before)
  const abort = signal === undefined ? {} : { signal }
  // First, so that what this round puts into quarantine is not tried twice by it.
  const retried =
    only !== undefined || before === undefined
      ? EMPTY_REPORT
      : await retryQuarantine(deps, accumulator.name, shard, { nowUs: before.timeUs, all: retriesAll, ...abort })
  const options: SyncOptions = {
    onProgress: (soFar) => progress(addReports(soFar, retried)),
    ...(only === undefined ? {} : { only }),
    ...abort,
  }
  const report = addReports(await syncOnce(deps, accumulator.name, shard, options), retried)
  const isWhole = only === undefined && report.refused.length === 0
  const updates = isWhole ? landed.count(shard, accumulator.name, before) : 0
  await coverages.settle(shard, read)
  return { report, updates }
}

/** The rows of a symbol that may be dirty; undefined where keys are more or other than symbols, so that all of its shard goes. */
function namedRows({ name, key }: Accumulator, symbol: string, coverage: Coverage | undefined): SyncOptions['only'] {
  if (key.length !== 1 || key[0] !== 'symbol') return undefined
  const records = (coverage?.periods ?? []).filter(({ accumulator, dirty }) => accumulator === name && dirty > 0)
  return [...new Set(records.map(({ period }) => period))].map((period) => ({ period, key: symbol }))
}

/** A row in `sync_runs` for each run that wrote or failed. It is only a record: PostgreSQL may be what failed. */
async function recordRun(deps: AccumulatorSyncDeps, report: AccumulatorReport, startedAtMs: number): Promise<void> {
  const { accumulator, rows, updates, snapshots, durationMs, failures } = report
  if (rows === 0 && failures.length === 0) return
  try {
    const error = failures[0]?.error.message
    await deps.cold.recordRun({ accumulator, startedAtMs, durationMs, rows, updates, rounds: snapshots, error })
  } catch (error) {
    deps.onRunUnrecorded?.(error)
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
