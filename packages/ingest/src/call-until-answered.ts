/**
 * One `apply` call, sent again under the same lane and sequence until Redis answers. The lane makes that harmless: a call
 * that was carried out, but whose reply was lost, gives its first reply again.
 */
import { type ApplyOutcome, assert, type HotStore, type Seed, type Segment, StoreError } from '@weir/accumulator'
import { backoffMs, type Clock, type Random } from '@weir/service'
import type { ColdReads } from './cold-reads.ts'
import type { HotStoreWatch } from './hot-store-watch.ts'
import { type IngestLimits, resendMaxMs } from './ingest-limits.ts'
import { overtakenSegments } from './overtaken-segments.ts'
import { startStopwatch } from './stopwatch.ts'

export interface CallDeps {
  readonly hot: Pick<HotStore, 'apply' | 'restore' | 'readMark'>
  readonly shards: number
  readonly coldReads: ColdReads
  readonly watch: HotStoreWatch
  readonly clock: Clock
  readonly random: Random
  readonly limits: IngestLimits
  /** Aborted when a stop no longer waits: calls that are not answered are abandoned. */
  readonly abandon: AbortSignal
}

export interface LaneCall {
  readonly shard: number
  readonly lane: { readonly name: string; readonly sequence: number }
  readonly segments: readonly Segment[]
  /** `breaks` of the watch when the marks of the segments' producers were read. */
  readonly judgedAtBreak: number
}

export type CallOutcome =
  /** `withdrawn`: indexes of segments that were not sent, at least not with the last try. */
  | (Extract<ApplyOutcome, { kind: 'applied' }> & { readonly withdrawn: ReadonlySet<number> })
  | Extract<ApplyOutcome, { kind: 'overflow' | 'stale' }>
  /** Nothing was written. */
  | { readonly kind: 'refused'; readonly error: StoreError }
  /** Given up without an answer: what was written is unknown, and the lane must not be used again. */
  | { readonly kind: 'abandoned' }

/** How often a call may ask for what PostgreSQL has, while others drop rows or wipe Redis; then it goes without. */
const PREPARATIONS_MAX = 10

const NOTHING: Segment = { mark: { kind: 'none' }, parts: [] }

/** What a call must tell about PostgreSQL, learned from Redis's answers to it. */
interface Preparation {
  readonly seeds: Seed[]
  seedsUnavailable: boolean
  openUnrestored: boolean
  count: number
}

export async function callUntilAnswered(deps: CallDeps, call: LaneCall): Promise<CallOutcome> {
  const { watch, clock, random, limits, abandon } = deps
  const ageMs = startStopwatch(clock)
  const preparation: Preparation = { seeds: [], seedsUnavailable: false, openUnrestored: false, count: 0 }
  const withdrawn = new Set<number>()
  let checkedAtBreak: number | undefined = call.judgedAtBreak
  let unanswered = false
  for (let failures = 0; !abandon.aborted && ageMs() < resendMaxMs(limits); ) {
    try {
      if (watch.breaks !== checkedAtBreak) {
        checkedAtBreak = watch.breaks
        for (const index of await overtakenSegments(deps.hot, deps.shards, call.segments)) withdrawn.add(index)
      }
      const outcome = await deps.hot.apply(call.shard, {
        candidate: random.hex(8),
        lane: call.lane,
        // Those withdrawn keep their places: a stored reply of an earlier try has a verdict for each.
        segments: call.segments.map((segment, index) => (withdrawn.has(index) ? NOTHING : segment)),
        seeds: preparation.seedsUnavailable ? { kind: 'unavailable' } : { kind: 'known', rows: preparation.seeds },
        openUnrestored: preparation.openUnrestored,
      })
      if (outcome.kind === 'applied') return { ...outcome, withdrawn }
      if (outcome.kind !== 'unopened' && outcome.kind !== 'unseeded') return outcome
      // A shard without a history may mean that Redis was wiped, and producers' marks with it.
      if (outcome.kind === 'unopened') checkedAtBreak = undefined
      await prepare(deps, call.shard, preparation, outcome)
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      watch.failed(error)
      // Once a try was not answered, a refusal of a later one no longer proves that nothing was written.
      if (!isWorthResending(error) && !unanswered) return { kind: 'refused', error }
      unanswered ||= error.code === 'WEIR_STORE_UNREACHABLE'
      failures++
      await clock.sleep(backoffMs(failures, { baseMs: limits.retryBaseMs, maxMs: limits.retryMaxMs }, random), abandon)
    }
  }
  return { kind: 'abandoned' }
}

function isWorthResending({ code }: StoreError): boolean {
  return code === 'WEIR_STORE_UNREACHABLE' || code === 'WEIR_STORE_BUSY'
}

async function prepare(
  { hot, coldReads }: CallDeps,
  shard: number,
  preparation: Preparation,
  outcome: Extract<ApplyOutcome, { kind: 'unopened' | 'unseeded' }>,
): Promise<void> {
  assert(preparation.count <= 2 * PREPARATIONS_MAX, 'a call that is told to go without is carried out')
  const isLast = ++preparation.count > PREPARATIONS_MAX
  if (outcome.kind === 'unopened') {
    const restored = isLast ? undefined : await coldReads.readRestored(shard)
    if (restored === undefined) preparation.openUnrestored = true
    else await hot.restore(shard, restored)
    return
  }
  const seeds = isLast ? undefined : await coldReads.readSeeds(outcome.rows)
  if (seeds === undefined) preparation.seedsUnavailable = true
  else preparation.seeds.push(...seeds)
}
