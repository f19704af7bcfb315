/**
 * One `apply` call, sent again under the same lane and sequence until Redis answers. The lane makes that harmless: a call
 * that was carried out, but whose reply was lost, gives its first reply again.
 */
import { type ApplyOutcome, assert, type HotStore, type Seed, type Segment, StoreError } from '@weir/accumulator'
import { backoffMs, type Clock, type Random } from '@weir/service'
import type { ColdReads } from './cold-reads.ts'
import type { HotStoreWatch } from './hot-store-watch.ts'
import { type IngestLimits, resendMaxMs } from './ingest-limits.ts'
import { startStopwatch } from './stopwatch.ts'

export interface CallDeps {
  readonly hot: Pick<HotStore, 'apply' | 'restore'>
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
}

export type CallOutcome =
  | Extract<ApplyOutcome, { kind: 'applied' | 'overflow' | 'stale' }>
  /** Nothing was written. */
  | { readonly kind: 'refused'; readonly error: StoreError }
  /** Given up without an answer: what was written is unknown, and the lane must not be used again. */
  | { readonly kind: 'abandoned' }

/** How often a call may ask for what PostgreSQL has, while others drop rows or wipe Redis; then it goes without. */
const PREPARATIONS_MAX = 10

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
  let unanswered = false
  for (let failures = 0; !abandon.aborted && ageMs() < resendMaxMs(limits); ) {
    try {
      const outcome = await deps.hot.apply(call.shard, {
        candidate: random.hex(8),
        lane: call.lane,
        segments: call.segments,
        seeds: preparation.seedsUnavailable ? { kind: 'unavailable' } : { kind: 'known', rows: preparation.seeds },
        openUnrestored: preparation.openUnrestored,
      })
      if (outcome.kind !== 'unopened' && outcome.kind !== 'unseeded') return outcome
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
