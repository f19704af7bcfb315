/**
 * `weir verify`: proves on a live system that every accepted tick is in PostgreSQL or pending in Redis, and that each row of
 * Redis agrees with its part. Works over the two ports alone, so that the simulation can run it too.
 */
import type { Accumulator, ColdStore, ColdTotal, HotStore, Layout } from '@weir/accumulator'
import type { AccumulatorReport, Gap, Notice, VerifyReport } from './report.ts'
import { createTally, GAPS_LISTED_MAX, type Tally } from './tally.ts'
import { type PlaceResult, verifyShard } from './verify-shard.ts'

/** One reading is exact for what stands still; what moved between its reads is read again before it is called a gap. */
const ATTEMPTS_MAX = 4
const ATTEMPT_PAUSE_MS = 400

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
  let noticesTotal = 0
  for (const accumulator of deps.layout.accumulators) {
    const tally = await verifyAccumulator(deps, accumulator)
    accumulators.push(tally.report())
    gaps.push(...tally.gaps)
    notices.push(...tally.notices)
    noticesTotal += tally.noticesTotal()
  }
  return {
    accumulators,
    gaps: gaps.slice(0, GAPS_LISTED_MAX),
    gapsTotal: accumulators.reduce((total, report) => total + report.gaps, 0),
    notices: notices.slice(0, GAPS_LISTED_MAX),
    noticesTotal,
  }
}

/** By shard, the periods that did not come out right. */
type Suspects = ReadonlyMap<number, ReadonlySet<number>>

async function verifyAccumulator(deps: VerifyDeps, accumulator: Accumulator): Promise<Tally> {
  const tally = createTally(accumulator)
  let suspects: Suspects | undefined
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const faulty: PlaceResult[] = []
    await readOnce(deps, accumulator, suspects, (result) => {
      if (attempt < ATTEMPTS_MAX && hasGap(result)) faulty.push(result)
      else tally.add(result)
    })
    if (faulty.length === 0) break
    suspects = suspectsOf(faulty)
    await deps.sleep(ATTEMPT_PAUSE_MS)
  }
  return tally
}

async function readOnce(
  { hot, cold, layout, onShard }: VerifyDeps,
  accumulator: Accumulator,
  suspects: Suspects | undefined,
  onResult: (result: PlaceResult) => void,
): Promise<void> {
  const totals = totalsByShard(await cold.readTotals(accumulator.name))
  for (let shard = 0; shard < layout.shards; shard++) {
    if (suspects !== undefined && !suspects.has(shard)) continue
    const request = { shard, totals: totals.get(shard) ?? new Map(), only: suspects?.get(shard) }
    for (const result of await verifyShard({ hot, cold, accumulator }, request)) onResult(result)
    onShard?.(accumulator.name, shard)
  }
}

function totalsByShard(totals: readonly ColdTotal[]): Map<number, Map<number, ColdTotal[]>> {
  const shards = Map.groupBy(totals, ({ shard }) => shard)
  return new Map([...shards].map(([shard, ofShard]) => [shard, Map.groupBy(ofShard, ({ period }) => period)]))
}

function hasGap({ verdict, findings }: PlaceResult): boolean {
  return verdict.kind === 'gap' || findings.some((finding) => finding.verdict.kind === 'gap')
}

function suspectsOf(faulty: readonly PlaceResult[]): Suspects {
  const shards = Map.groupBy(faulty, ({ shard }) => shard)
  return new Map([...shards].map(([shard, ofShard]) => [shard, new Set(ofShard.map(({ period }) => period))]))
}
