/** What one round did, and how the reports of its parts add up. */
import type { RefusedRow, StoreError } from '@weir/accumulator'

export interface SyncReport {
  /** Rows that PostgreSQL took, or had already. */
  readonly rows: number
  /** Rows that changed in PostgreSQL. */
  readonly changed: number
  readonly snapshots: number
  /** Rows that changed in Redis meanwhile and stay dirty. */
  readonly moved: number
  /** Dirty members whose row was gone from Redis: somebody removed it by hand. */
  readonly missing: number
  /** Why Redis's disk promises nothing, where it does not. */
  readonly unpromised: string | undefined
  /** Rows that PostgreSQL refuses and that came into quarantine, and those that were in it and are refused again. */
  readonly quarantined: number
  readonly refusedAgain: number
  /** The rows refused, each by itself; those that came into quarantine first. */
  readonly refusals: readonly RefusedRow[]
  /** What PostgreSQL refuses and no single row is known to be to blame for. These rows stay dirty. */
  readonly refused: readonly StoreError[]
}

export const EMPTY_REPORT: SyncReport = {
  rows: 0,
  changed: 0,
  snapshots: 0,
  moved: 0,
  missing: 0,
  unpromised: undefined,
  quarantined: 0,
  refusedAgain: 0,
  refusals: [],
  refused: [],
}

export function addReports(a: SyncReport, b: Partial<SyncReport>): SyncReport {
  return {
    rows: a.rows + (b.rows ?? 0),
    changed: a.changed + (b.changed ?? 0),
    snapshots: a.snapshots + (b.snapshots ?? 0),
    moved: a.moved + (b.moved ?? 0),
    missing: a.missing + (b.missing ?? 0),
    unpromised: b.unpromised ?? a.unpromised,
    quarantined: a.quarantined + (b.quarantined ?? 0),
    refusedAgain: a.refusedAgain + (b.refusedAgain ?? 0),
    refusals: [...a.refusals, ...(b.refusals ?? [])],
    refused: [...a.refused, ...(b.refused ?? [])],
  }
}
