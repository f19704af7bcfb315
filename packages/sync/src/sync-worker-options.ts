/** What a sync worker is made of, and what its rounds need of that. */
import type { ColdStore, HotStore, Layout } from '@weir/accumulator'
import type { Clock, Logger, Random } from '@weir/service'
import { CoverageKeeper } from './coverage.ts'
import { LandedUpdates } from './landed-updates.ts'
import type { QueueOptions } from './schedule.ts'
import type { StoreCheck } from './store-checks.ts'
import type { AccumulatorSyncDeps } from './sync-accumulator.ts'
import type { SyncLimits } from './sync-limits.ts'
import type { HotDescription } from './sync-status.ts'
import type { SyncDeps } from './write-snapshot.ts'

export interface SyncWorkerOptions {
  readonly hot: HotStore
  /** Undefined: ENABLE_DATABASE_SYNC is false, and rows stay in Redis. */
  readonly cold: ColdStore | undefined
  readonly layout: Layout
  readonly limits: SyncLimits
  readonly queue: QueueOptions
  /** How often each accumulator is synced. */
  readonly intervalsMs: Readonly<Record<string, number>>
  /** How often a failed job is tried again, after 1, 2, 4 … s. */
  readonly retriesMax: number
  /** Whether the stores are fit to be synced. */
  readonly checks: readonly StoreCheck[]
  /** More dirty rows than this start a round at once. */
  readonly dirtyRowsMax: number
  readonly syncsOnShutdown: boolean
  /** How long a stop may take. */
  readonly shutdownTimeoutMs: number
  readonly describeHot: () => Promise<HotDescription>
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly observe?: NonNullable<SyncDeps['observe']>
}

/** Undefined without a database to sync to. */
export function syncDeps({
  hot,
  cold,
  layout,
  limits,
  clock,
  log,
  observe,
}: SyncWorkerOptions): AccumulatorSyncDeps | undefined {
  if (cold === undefined) return undefined
  return {
    hot,
    cold,
    clock,
    limits,
    shards: layout.shards,
    coverages: new CoverageKeeper({ hot, cold, limits, accumulators: layout.accumulators }),
    landed: new LandedUpdates(cold),
    onRunUnrecorded: (error) => log.debug({ err: error }, 'a run could not be written to sync_runs'),
    ...(observe === undefined ? {} : { observe }),
  }
}
