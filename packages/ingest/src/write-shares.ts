/**
 * Writes a request's shares: every shard but the producer's home side by side, then the home. A pod that dies in between
 * leaves the home's mark behind, so that the retry begins there again, and each shard's own mark tells it what it has.
 */
import { type EventBatch, shardOf } from '@weir/accumulator'
import { backoffMs } from '@weir/service'
import type { IngestDeps } from './ingest-deps.ts'
import { resendMaxMs } from './ingest-limits.ts'
import type { Share } from './shares.ts'
import { startStopwatch } from './stopwatch.ts'
import { addRejections, noRejections } from './tick-batch.ts'
import { type JudgedMark, type ShareOutcome, writeShare } from './write-share.ts'

export async function writeShares(
  deps: IngestDeps,
  events: EventBatch,
  shares: readonly Share[],
  judged: JudgedMark,
): Promise<ShareOutcome> {
  const { mark } = judged
  if (mark.kind !== 'producer') return combine(await writeTogether(deps, events, shares, judged))
  const homeShard = shardOf(mark.name, deps.layout.shards)
  const others = shares.filter(({ shard }) => shard !== homeShard)
  const written = combine(await writeTogether(deps, events, others, { ...judged, mark: { ...mark, home: false } }))
  if (written.kind !== 'written') return written
  const home = shares.find(({ shard }) => shard === homeShard) ?? {
    shard: homeShard,
    indexes: new Int32Array(0),
    folded: { parts: [] },
  }
  const writeHome = () => writeShare(deps, events, home, judged)
  const last = await writeHome()
  const isBegun = written.accepted > 0
  return combine([written, isBegun ? await insist(deps, last, writeHome) : last])
}

async function writeTogether(
  deps: IngestDeps,
  events: EventBatch,
  shares: readonly Share[],
  judged: JudgedMark,
): Promise<ShareOutcome[]> {
  const write = (share: Share) => writeShare(deps, events, share, judged)
  const outcomes = await Promise.all(shares.map(write))
  const isBegun = outcomes.some((outcome) => outcome.kind === 'written' && outcome.accepted > 0)
  if (!isBegun) return outcomes
  return Promise.all(shares.map((share, index) => insist(deps, outcomes[index] as ShareOutcome, () => write(share))))
}

/**
 * A part of the request is in Redis already, and a client without a token would send all of it again. So a part that was
 * refused, as by a Redis that was full for a moment, is tried on, for as long as a lane is.
 */
async function insist(
  deps: IngestDeps,
  first: ShareOutcome,
  write: () => Promise<ShareOutcome>,
): Promise<ShareOutcome> {
  const { clock, random, limits, abandon } = deps
  const ageMs = startStopwatch(clock)
  let outcome = first
  for (let failures = 1; outcome.kind === 'refused'; failures++) {
    if (!outcome.error.retryable || abandon.aborted || ageMs() >= resendMaxMs(limits)) return { kind: 'unknown' }
    await clock.sleep(backoffMs(failures, { baseMs: limits.retryBaseMs, maxMs: limits.retryMaxMs }, random), abandon)
    outcome = await write()
  }
  return outcome
}

const WORST_FIRST = ['unknown', 'moved', 'gap', 'refused'] as const

/** The outcome of a request is its least certain part's; of parts that were all written, their sum. */
function combine(outcomes: readonly ShareOutcome[]): ShareOutcome {
  const worst = WORST_FIRST.flatMap((kind) => outcomes.find((outcome) => outcome.kind === kind) ?? [])[0]
  if (worst !== undefined && worst.kind !== 'moved') return worst
  let accepted = 0
  let duplicates = 0
  let rejections = noRejections
  for (const outcome of outcomes) {
    if (outcome.kind === 'moved') accepted += outcome.accepted
    if (outcome.kind !== 'written') continue
    accepted += outcome.accepted
    duplicates += outcome.duplicates
    rejections = addRejections(rejections, outcome.rejections)
  }
  return worst === undefined ? { kind: 'written', accepted, duplicates, rejections } : { kind: 'moved', accepted }
}
