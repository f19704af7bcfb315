/**
 * The first step of a request: what its token says. A producer that left a gap is told the number expected, before anything
 * is applied; a retry under an idempotency key gets the first answer, or goes on as the first try would have.
 */
import { type SegmentMark, StoreError, shardOf } from '@weir/accumulator'
import type { IngestDeps } from './ingest-deps.ts'
import type { IngestAnswer, IngestRequest, RequestToken, TickCounts } from './ingest-request.ts'
import { knownOrigins, type Origins } from './origins.ts'
import { unavailable } from './unavailable.ts'

export type OpenedRequest =
  | {
      readonly kind: 'open'
      /** The time at which its ticks are judged. */
      readonly nowMs: number
      readonly mark: SegmentMark
      /** The histories in which the request was begun; of none where it has no token. */
      readonly origins: Origins
      /** What the answer says of the producer, once all is written. */
      readonly producer?: { readonly mark: number }
    }
  | { readonly kind: 'closed'; readonly answer: IngestAnswer }
  /** Redis's history changed meanwhile: to be begun again. */
  | { readonly kind: 'moved' }

type ProducerToken = Extract<RequestToken, { kind: 'producer' }>
type KeyToken = Extract<RequestToken, { kind: 'key' }>

export async function openRequest(deps: IngestDeps, request: IngestRequest): Promise<OpenedRequest> {
  const { token, batch } = request
  if (token.kind === 'none') {
    return { kind: 'open', nowMs: deps.clock.nowMs(), mark: { kind: 'none' }, origins: [] }
  }
  // Before anything is read by which the request is let through.
  const known = await knownOrigins(deps)
  if (known.kind === 'refused') return closed(unavailable(known.error))
  if (known.kind === 'unknown') return closed(known)
  try {
    return token.kind === 'producer'
      ? await judgeSequence(deps, token, batch.ticks, known.origins)
      : await claimKey(deps, token, known.origins)
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    deps.watch.failed(error)
    return closed(unavailable(error))
  }
}

async function judgeSequence(
  deps: IngestDeps,
  { name, first }: ProducerToken,
  ticks: number,
  origins: Origins,
): Promise<OpenedRequest> {
  const home = shardOf(name, deps.layout.shards)
  const mark = await deps.hot.readMark(home, name)
  if (ticks === 0) return closed({ kind: 'counted', counts: { ...NO_TICKS, mark: mark ?? 0 }, repeated: false })
  const segmentMark = { kind: 'producer', name, first, last: first + ticks - 1, home: true } as const
  if (mark === undefined && first > 1) {
    const refusal = await askHome(deps, home, { ...segmentMark, origin: origins[home] })
    if (refusal === 'moved') return { kind: 'moved' }
    if (refusal !== undefined) return closed(refusal)
  } else if (first > (mark ?? 0) + 1) {
    return closed({ kind: 'gap', expected: (mark ?? 0) + 1 })
  }
  const producer = { mark: Math.max(mark ?? 0, segmentMark.last) }
  return { kind: 'open', nowMs: deps.clock.nowMs(), mark: segmentMark, origins, producer }
}

/**
 * A producer without a mark begins at 1, unless its mark was lost: then it may go on where it is. Only the home shard knows
 * whether marks were lost, and restores them first where it can; so it is asked with a segment that ends before the first tick.
 */
async function askHome(
  { writers }: IngestDeps,
  home: number,
  mark: Extract<SegmentMark, { kind: 'producer' }>,
): Promise<IngestAnswer | 'moved' | undefined> {
  const outcome = await writers[home]?.write({ mark: { ...mark, last: mark.first - 1 }, parts: [] })
  if (outcome?.kind === 'refused') return unavailable(outcome.error)
  if (outcome?.kind !== 'judged') return { kind: 'unknown' }
  if (outcome.verdict.kind === 'moved') return 'moved'
  return outcome.verdict.kind === 'gap' ? { kind: 'gap', expected: outcome.verdict.mark + 1 } : undefined
}

async function claimKey(deps: IngestDeps, { key, digest }: KeyToken, origins: Origins): Promise<OpenedRequest> {
  const { layout, limits, hot } = deps
  const ttlMs = limits.idempotencyTtlMs
  const claim = await hot.claimKey(shardOf(key, layout.shards), { key, digest, ttlMs })
  switch (claim.kind) {
    case 'mismatch':
      return closed({ kind: 'key-reused' })
    case 'answered':
      return closed({ kind: 'counted', counts: JSON.parse(claim.answer) as TickCounts, repeated: true })
    case 'claimed':
      return {
        kind: 'open',
        nowMs: claim.claimedAtMs,
        mark: { kind: 'once', name: `${key}:${digest}`, ttlMs },
        origins,
      }
  }
}

const NO_TICKS: TickCounts = { ticks: 0, accepted: 0, duplicates: 0, rejected: 0, errors: [] }

function closed(answer: IngestAnswer): OpenedRequest {
  return { kind: 'closed', answer }
}
