export { type CoverageDeps, CoverageKeeper, type CoverageReport } from './coverage.ts'
export { LandedUpdates } from './landed-updates.ts'
export { requestSync, type SyncRequestOptions } from './request-sync.ts'
export type { QueueOptions, SyncQueue } from './schedule.ts'
export type { StoreCheck } from './store-checks.ts'
export {
  type AccumulatorReport,
  type AccumulatorSyncDeps,
  type AccumulatorSyncOptions,
  syncAccumulator,
} from './sync-accumulator.ts'
export { type ShardFailure, SyncError, type SyncErrorCode } from './sync-error.ts'
export type { SyncJobProgress, SyncJobRequest, SyncJobResult } from './sync-job.ts'
export { SYNC_LIMITS, type SyncLimits, syncLimits } from './sync-limits.ts'
export { type SyncOptions, syncOnce } from './sync-once.ts'
export type { SyncReport } from './sync-report.ts'
export type { DirtyDepth, HotDescription, SyncHealth } from './sync-status.ts'
export { SyncWorker } from './sync-worker.ts'
export type { SyncWorkerOptions } from './sync-worker-options.ts'
export type { SyncDeps, SyncOperation } from './write-snapshot.ts'
export { type NamedRows, WriteThrough, type WriteThroughOptions } from './write-through.ts'
