/**
 * Tries rows in quarantine again: those whose time has come, or all, for whoever asks. A constraint may be gone, a trigger be
 * mended, a column be wider by now; and a row that is still refused waits twice as long as before.
 */
import type { QuarantinedRow } from '@weir/accumulator'
import type { SyncLimits } from './sync-limits.ts'
import { type SyncOptions, syncOnce } from './sync-once.ts'
import { EMPTY_REPORT, type SyncReport } from './sync-report.ts'
import type { SyncDeps } from './write-snapshot.ts'

export interface RetryOptions extends Pick<SyncOptions, 'signal'> {
  /** By the clock of the hot store. */
  readonly nowUs: number
  /** Also those whose time has not come. */
  readonly all: boolean
}

const US_PER_MS = 1000

export async function retryQuarantine(
  deps: SyncDeps,
  accumulator: string,
  shard: number,
  { nowUs, all, signal }: RetryOptions,
): Promise<SyncReport> {
  const { hot, limits } = deps
  const rows = await hot.readQuarantine(shard, accumulator)
  const due = rows.filter((row) => nextTryUs(row, limits) <= nowUs).slice(0, limits.refusedRowsMax)
  const only = uniqueNames(all ? rows : due)
  if (only.length === 0) return EMPTY_REPORT
  // All of them were refused before, so however many are again says nothing of the table.
  const refusedRowsMax = Number.MAX_SAFE_INTEGER
  return syncOnce(deps, accumulator, shard, { only, refusedRowsMax, ...(signal === undefined ? {} : { signal }) })
}

/** Without a record it is tried, and gets one. */
function nextTryUs({ refusal }: QuarantinedRow, limits: SyncLimits): number {
  if (refusal === undefined) return 0
  const waitMs = limits.quarantineRetryMinMs * 2 ** (refusal.tries - 1)
  return refusal.triedUs + Math.min(waitMs, limits.quarantineRetryMaxMs) * US_PER_MS
}

/** A name stands for its rows set aside too. */
function uniqueNames(rows: readonly QuarantinedRow[]): { period: number; key: string }[] {
  const names = rows.map(({ period, key }): [string, { period: number; key: string }] => [
    `${period}:${key}`,
    { period, key },
  ])
  return [...new Map(names).values()]
}
