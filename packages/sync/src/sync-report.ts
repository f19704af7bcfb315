/** What one round did, and how the reports of its parts add up. */
import type { StoreError } from '@weir/accumulator'

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
  /** Batches that PostgreSQL refuses. Their rows stay dirty. */
  readonly refused: readonly StoreError[]
}

export const EMPTY_REPORT: SyncReport = {
  rows: 0,
  changed: 0,
  snapshots: 0,
  moved: 0,
  missing: 0,
  unpromised: undefined,
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
    refused: [...a.refused, ...(b.refused ?? [])],
  }
}
