/**
 * `weir verify`: proves on a live system that every accepted tick is in PostgreSQL or pending in Redis, and that each row of
 * Redis agrees with its part. Works over the two ports alone, so that the simulation can run it too.
 */
import { type Accumulator, type ColdStore, type ColdTotal, formatPeriod, type HotStore, type Layout } from '@weir/accumulator'
import type { AccumulatorReport, Gap, Notice, VerifyReport } from './report.ts'
import { type PlaceResult, verifyShard } from './verify-shard.ts'

/** One reading is exact for what stands still; what moved between its reads is read again before it is called a gap. */
const ATTEMPTS_MAX = 4
const ATTEMPT_PAUSE_MS = 400
/** Of each, that many are listed; all are counted. */
export const GAPS_LISTED_MAX = 1000

export interface VerifyDeps {
  readonly hot: HotStore
  readonly cold: ColdStore
  readonly layout: Layout
  readonly sleep: (ms: number) => Promise<void>
  /** Told after each shard, for a progress line. */
  readonly onShard?: (accumulator: string, shard: number) => void
}

export async function verify(deps: VerifyDeps): Promise<VerifyReport> {
  const accumulators: AccumulatorReport[] = []
  const gaps: Gap[] = []
  const notices: Notice[] = []
  for (const accumulator of deps.layout.accumulators) {
    const results = await settledResults(deps, accumulator)
    const ourGaps = results.flatMap((result) => gapsOf(accumulator, result))
    accumulators.push(summarize(accumulator, results, ourGaps.length))
    gaps.push(...ourGaps)
    notices.push(...results.flatMap((result) => noticesOf(accumulator, result)))
  }
  return {
    accumulators,
    gaps: gaps.slice(0, GAPS_LISTED_MAX),
    gapsTotal: gaps.length,
    notices: notices.slice(0, GAPS_LISTED_MAX),
    noticesTotal: notices.length,
  }
}

/** The last result of each place, after those with a fault were read again. */
async function settledResults(deps: VerifyDeps, accumulator: Accumulator): Promise<PlaceResult[]> {
  const settled: PlaceResult[] = []
  let only: ReadonlyMap<number, ReadonlySet<number>> | undefined
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const results = await readOnce(deps, accumulator, only)
    const faulty = attempt === ATTEMPTS_MAX ? [] : results.filter(hasGap)
    settled.push(...results.filter((result) => !faulty.includes(result)))
    if (faulty.length === 0) break
    only = new Map(
      [...Map.groupBy(faulty, ({ shard }) => shard)].map(([shard, ofShard]) => [
        shard,
        new Set(ofShard.map(({ period }) => period)),
      ]),
    )
    await deps.sleep(ATTEMPT_PAUSE_MS)
  }
  return settled
}

async function readOnce(
  deps: VerifyDeps,
  accumulator: Accumulator,
  only: ReadonlyMap<number, ReadonlySet<number>> | undefined,
): Promise<PlaceResult[]> {
  const { hot, cold, layout } = deps
  const totals = totalsByShard(await cold.readTotals(accumulator.name))
  const results: PlaceResult[] = []
  for (let shard = 0; shard < layout.shards; shard++) {
    if (only !== undefined && !only.has(shard)) continue
    const ofShard = totals.get(shard) ?? new Map<number, ColdTotal[]>()
    const request = { shard, totals: ofShard, only: only?.get(shard) }
    results.push(...(await verifyShard({ hot, cold, accumulator }, request)))
    deps.onShard?.(accumulator.name, shard)
  }
  return results
}

function totalsByShard(totals: readonly ColdTotal[]): Map<number, Map<number, ColdTotal[]>> {
  const shards = Map.groupBy(totals, ({ shard }) => shard)
  return new Map([...shards].map(([shard, ofShard]) => [shard, Map.groupBy(ofShard, ({ period }) => period)]))
}

function hasGap({ verdict, findings }: PlaceResult): boolean {
  return verdict.kind === 'gap' || findings.some((finding) => finding.verdict.kind === 'gap')
}

function gapsOf(accumulator: Accumulator, result: PlaceResult): Gap[] {
  const { shard, period, accepted, counted } = result
  const place = { accumulator: accumulator.name, shard, period, periodText: formatPeriod(accumulator.period, period) }
  const gaps: Gap[] = []
  for (const { key, origin, verdict, fields } of result.findings) {
    if (verdict.kind === 'gap') gaps.push({ kind: 'row', ...place, key, origin, fault: verdict.fault, fields })
  }
  if (result.verdict.kind === 'gap') gaps.push({ kind: 'count', ...place, accepted, counted })
  return gaps
}

function noticesOf(accumulator: Accumulator, { shard, period, verdict, findings }: PlaceResult): Notice[] {
  const place = { accumulator: accumulator.name, shard, period, periodText: formatPeriod(accumulator.period, period) }
  const notices: Notice[] = []
  for (const { key, verdict: { kind, ...rest } } of findings) {
    if (kind === 'older' && 'ticks' in rest) notices.push({ kind: 'row-ahead', ...place, key, ticks: rest.ticks })
  }
  if (verdict.kind === 'count-lost') {
    notices.push({ kind: 'count-lost', ...place, key: undefined, ticks: verdict.ticks })
  }
  return notices
}

function summarize(accumulator: Accumulator, results: readonly PlaceResult[], gaps: number): AccumulatorReport {
  const total = (value: (result: PlaceResult) => number) => results.reduce((sum, result) => sum + value(result), 0)
  return {
    accumulator: accumulator.name,
    periods: new Set(results.map(({ period }) => period)).size,
    accepted: total(({ accepted }) => accepted),
    written: total(({ written }) => written),
    pending: total(({ counted, written }) => counted - written),
    rowsCompared: total(({ rowsCompared }) => rowsCompared),
    gaps,
    moving: results.filter(({ verdict }) => verdict.kind === 'fine' && verdict.moving).length,
  }
}
