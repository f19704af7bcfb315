/** The limits of the sync, in one place. Those that an operator may set come from the environment; the others stand here. */
import { assert } from '@weir/accumulator'

export interface SyncLimits {
  /** Rows a snapshot, and so an upsert. */
  readonly batchRowsMax: number
  /** Snapshots of one round that wait for Redis's disk at the same time; each holds its rows in memory. */
  readonly snapshotsInFlightMax: number
  /** How long one snapshot may wait for Redis's disk before its round gives up. */
  readonly barrierWaitMaxMs: number
  /** How often one round takes its snapshots anew because Redis's history or the proof of its fsync broke. */
  readonly brokenBarriersMax: number
  /** How often one round starts over because another worker took rows out of the same set. */
  readonly passesMax: number
  /** Rows that one round may find refused in a shard; with more the search for them ends, and the round fails. */
  readonly refusedRowsMax: number
  /** Rows of an accumulator that may be in quarantine in a shard. */
  readonly quarantineRowsMax: number
  /** A row in quarantine is tried again after this, then after twice as long, and so on up to the limit. */
  readonly quarantineRetryMinMs: number
  readonly quarantineRetryMaxMs: number
  /** Shards of one accumulator that are synced side by side: one in PostgreSQL, one in Redis. More make ingestion wait for Redis. */
  readonly shardsAtOnceMax: number
  /** Periods of a shard that one round drops. */
  readonly dropsMax: number
  /** How long a period that is over stays in Redis untouched, by Redis's clock. */
  readonly periodIdleMs: number
  /** How long the lane of a pod that is gone is remembered, by Redis's clock. */
  readonly laneIdleMs: number
}

/** With `everysec` a snapshot waits about 3 s, so 32 snapshots of 1000 rows are about 10,000 rows a second and shard. */
export const SYNC_LIMITS: SyncLimits = {
  batchRowsMax: 1000,
  snapshotsInFlightMax: 32,
  barrierWaitMaxMs: 60_000,
  brokenBarriersMax: 5,
  passesMax: 3,
  refusedRowsMax: 20,
  quarantineRowsMax: 500,
  quarantineRetryMinMs: 60_000,
  quarantineRetryMaxMs: 3_600_000,
  shardsAtOnceMax: 2,
  dropsMax: 100,
  periodIdleMs: 3_600_000,
  laneIdleMs: 3_600_000,
}

/** The defaults with what an operator has set. */
export function syncLimits(given: Partial<SyncLimits> = {}): SyncLimits {
  const limits = { ...SYNC_LIMITS, ...given }
  for (const [name, value] of Object.entries(limits)) {
    assert(Number.isInteger(value) && value >= 0, `${name} is a whole number, 0 or more`)
  }
  assert(limits.batchRowsMax > 0 && limits.snapshotsInFlightMax > 0, 'a round takes at least one snapshot of one row')
  assert(limits.passesMax > 0 && limits.shardsAtOnceMax > 0, 'a round makes at least one pass over one shard')
  assert(limits.quarantineRetryMinMs <= limits.quarantineRetryMaxMs, 'waits grow from their least to their limit')
  return limits
}
