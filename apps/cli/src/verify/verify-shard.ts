/**
 * Verifies one accumulator in one shard once: every period that Redis knows, by rows and by count; every other period that
 * PostgreSQL has, by count.
 */
import type { ColdTotal, Coverage, PeriodRecord } from '@weir/accumulator'
import { originTimeUs } from '@weir/accumulator'
import { type CountVerdict, countBounds, judgeCount } from './count-bounds.ts'
import type { Place } from './report.ts'
import { type PlaceScan, type RowFinding, type ScanDeps, scanPlace } from './scan-place.ts'

export interface PlaceResult extends Place {
  readonly accepted: number
  readonly written: number
  readonly counted: number
  /** Rows that PostgreSQL refuses. */
  readonly quarantined: number
  readonly rowsCompared: number
  readonly verdict: CountVerdict
  readonly findings: readonly RowFinding[]
}

export interface ShardRequest {
  readonly shard: number
  /** PostgreSQL's totals of this shard, read before anything else, by period. */
  readonly totals: ReadonlyMap<number, readonly ColdTotal[]>
  /** Only these periods; all where it is undefined. */
  readonly only: ReadonlySet<number> | undefined
}

export async function verifyShard(deps: ScanDeps, request: ShardRequest): Promise<PlaceResult[]> {
  const { shard, totals, only } = request
  const isWanted = (period: number) => only === undefined || only.has(period)
  const first = await deps.hot.readCoverage(shard)
  const before = recordsByPeriod(deps, first)
  // Named suspects are read row by row even where Redis has no record of them.
  const live = new Set([...before.keys(), ...(only ?? [])].filter(isWanted))
  const scans = new Map<number, PlaceScan>()
  for (const period of live) {
    const record = before.get(period)?.find(({ aside }) => !aside)?.origin
    scans.set(period, await scanPlace(deps, { shard, period }, { shard: originOf(first), record }))
  }
  const after = live.size === 0 ? before : recordsByPeriod(deps, await deps.hot.readCoverage(shard))

  const results: PlaceResult[] = []
  for (const period of new Set([...live, ...totals.keys()])) {
    if (!isWanted(period)) continue
    const ofPeriod = totals.get(period) ?? []
    const scan = scans.get(period) ?? scanOfTotals(ofPeriod, originOf(first))
    const bounds = countBounds(ofPeriod, before.get(period) ?? [], after.get(period) ?? [])
    const verdict = judgeCount(bounds, scan.counted, scan.hasOlderHistory)
    const { hasOlderHistory: _judged, ...facts } = scan
    results.push({ shard, period, accepted: bounds.most, verdict, ...facts })
  }
  return results
}

function recordsByPeriod({ accumulator }: ScanDeps, coverage: Coverage): Map<number, PeriodRecord[]> {
  const ours = coverage.periods.filter((record) => record.accumulator === accumulator.name)
  return Map.groupBy(ours, (record) => record.period)
}

function originOf(coverage: Coverage): string | undefined {
  return coverage.origin === '' ? undefined : coverage.origin
}

/** A period that Redis has dropped: its rows are in PostgreSQL alone, so their sum is all there is to count. */
function scanOfTotals(totals: readonly ColdTotal[], shardOrigin: string | undefined): PlaceScan {
  const written = totals.reduce((total, { updates }) => total + updates, 0)
  const isOlder = ({ origin }: ColdTotal) =>
    shardOrigin === undefined || originTimeUs(origin) < originTimeUs(shardOrigin)
  const hasOlderHistory = totals.some(isOlder)
  return { rowsCompared: 0, quarantined: 0, written, counted: written, hasOlderHistory, findings: [] }
}
