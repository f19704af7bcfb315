/**
 * The port of the cold store: PostgreSQL, or memory in simulation. Every write is a join, so each may be repeated, doubled
 * or come late. A method throws a StoreError where the world fails.
 */
import type { Coverage, RestoredShard, RowName, Seed } from './hot-store.ts'
import type { Row } from './row.ts'

export interface ColdStore {
  /** Joins rows into the parts of an accumulator, in one transaction; gives how many rows changed. */
  upsert(accumulator: string, shard: number, rows: readonly ColdRow[]): Promise<number>
  /** Writes marks and accepted counts by max. The caller has proved that all they cover is here already. */
  writeCoverage(shard: number, coverage: Coverage): Promise<void>
  /** Marks and floors of a shard, for a Redis that was wiped. */
  readRestored(shard: number): Promise<RestoredShard>
  /** Rows as the views show them, for keys that Redis has dropped. */
  readSeeds(rows: readonly RowName[]): Promise<Seed[]>
  /** The parts of one period: for `inspect` and `verify`. */
  readParts(accumulator: string, period: number, query: PartQuery): Promise<ColdPart[]>
  /** Sums a period and shard: rows' ticks beside accepted counts. Of all periods, where no range is given. */
  readTotals(accumulator: string, range?: PeriodRange): Promise<ColdTotal[]>
  recordRun(run: SyncRun): Promise<void>
}

export interface ColdRow {
  readonly period: number
  readonly key: string
  readonly row: Row
  /** The row's bytes, where they are at hand already. */
  readonly packed?: Buffer
}

/** Both ends belong to it; an end left out is open. */
export interface PeriodRange {
  readonly first?: number
  readonly last?: number
}

export interface PartQuery {
  readonly shard?: number
  readonly keys?: readonly string[]
}

export interface ColdPart extends ColdRow {
  readonly shard: number
}

export interface ColdTotal {
  readonly period: number
  readonly shard: number
  readonly origin: string
  /** Sum of `updates` over the rows of this origin. */
  readonly updates: number
  /** Accepted count under this origin, 0 where none was written. */
  readonly accepted: number
}

export interface SyncRun {
  readonly accumulator: string
  readonly startedAtMs: number
  readonly durationMs: number
  readonly rows: number
  readonly updates: number
  readonly rounds: number
  readonly error: string | undefined
}
