/** The bounds of this package in one place: how much one statement takes, how long things are kept. */
import { assert } from '@weir/accumulator'

export const POSTGRES_LIMITS = {
  /** The oldest major version whose SQL Weir uses. */
  serverVersionMin: 150_000,
  /** Rows of one upsert; a round sends `DIRTY_DATA_BATCH_SIZE` of them. */
  upsertRowsMax: 50_000,
  /**
   * Upserts of a process at the same time. The next is made ready meanwhile, so one keeps a process of PostgreSQL busy. Where all
   * run on one machine a second takes the processor from ingestion and drains no faster: see docs/decisions/0016.
   */
  upsertsAtOnceMax: 1,
  /** Marks or counts of one statement. */
  coverageRowsMax: 5_000,
  /** The migrator holds one connection, with its lock, while it asks by another which migrations ran. */
  poolMin: 2,
  poolMax: 200,
  /** Longer than the pause between two rounds, so that a connection keeps its prepared statements. */
  idleConnectionMs: 300_000,
  /** A connection is replaced after this, so that it follows a changed name or a failover. */
  connectionAgeSeconds: 1_800,
  /** The default of `PostgresOptions.replyGraceMs`. */
  replyGraceMs: 5_000,
  /** Named statements of one connection; texts are constant, so there are few. */
  preparedMax: 200,
  /** Periods of one look for what can be compacted. */
  compactPeriodsMax: 500,
  /** How long a compaction waits for the tables: whoever writes waits behind it. */
  compactLockMs: 2_000,
  runsKept: 100_000,
  runsKeptDays: 30,
  /** Old runs are deleted at every so many new ones. */
  runsPruneEvery: 256,
  runsReadMax: 1_000,
} as const

assert(POSTGRES_LIMITS.runsPruneEvery < POSTGRES_LIMITS.runsKept, 'runs are pruned before there are too many')
assert(POSTGRES_LIMITS.poolMin <= POSTGRES_LIMITS.poolMax, 'a pool has at least the connections that a migration needs')
