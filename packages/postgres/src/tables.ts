/** The tables that every Weir database has, as Kysely sees them. Parts tables are compiled from their accumulators. */
import type { ColumnType, Generated, GeneratedAlways } from 'kysely'

/** pg gives a bigint as decimal text; Weir's own counts are below 2^53. */
type Bigint = ColumnType<string, number, number>

export interface WeirTables {
  weir_layout: { name: string; fingerprint: string; layout: string }
  weir_migrations: { name: string; timestamp: string }
  producer_marks: { shard: number; producer: string; mark: Bigint; updated_at: Generated<Date> }
  accepted_counts: {
    accumulator: string
    period: Bigint
    shard: number
    origin: string
    accepted: Bigint
    updated_at: Generated<Date>
  }
  /** The origins of the parts that were compacted into one, each with the updates that the compacted part has of it. */
  compacted_parts: { accumulator: string; period: Bigint; key: string[]; origins: string[]; updates: string[] }
  sync_runs: {
    id: GeneratedAlways<string>
    started_at: Date
    accumulator: string
    rows: Bigint
    updates: Bigint
    rounds: number
    duration_ms: Bigint
    error: string | null
  }
}

export const MIGRATION_TABLE = 'weir_migrations'
export const MIGRATION_LOCK_TABLE = 'weir_migrations_lock'
