/**
 * The path of one request, from ticks in columns to an acknowledgement:
 *
 *   open       a producer's gap is refused; an idempotency key is claimed, or its first answer given again
 *   judge      ticks too far ahead of the clock, or too old, are set apart
 *   fold       the others become deltas, by shard
 *   write      every shard but the producer's home side by side, then the home: its mark says "all up to here is in"
 *   through    where that is asked for: its rows are brought to PostgreSQL
 *   answer     what was counted, what was counted before, what was rejected
 *
 * Nothing is acknowledged that is not in Redis, and nothing is sent before all is known that can refuse the request here.
 */
import { FieldOverflowError } from '@weir/accumulator'
import type { IngestDeps } from './ingest-deps.ts'
import type { IngestAnswer, IngestRequest, TickCounts } from './ingest-request.ts'
import { judgeTimes } from './judge-times.ts'
import { keepAnswer } from './keep-answer.ts'
import { openRequest } from './open-request.ts'
import { BEGINNINGS_MAX } from './origins.ts'
import { foldShares, type Share } from './shares.ts'
import { addRejections, type TickBatch } from './tick-batch.ts'
import { unavailable } from './unavailable.ts'
import type { ShareOutcome } from './write-share.ts'
import { writeShares } from './write-shares.ts'
import { bringThrough, originsBefore } from './write-through.ts'

/**
 * Begun again as a whole where Redis's history changed meanwhile: what is in it already is a duplicate then, and told as
 * accepted. Rejects only on a bug.
 */
export async function ingestBatch(deps: IngestDeps, request: IngestRequest): Promise<IngestAnswer> {
  let accepted = 0
  for (let beginning = 1; beginning <= BEGINNINGS_MAX && !deps.abandon.aborted; beginning++) {
    const answer = await tryBatch(deps, request, accepted)
    if (answer.kind !== 'moved') return answer
    accepted += answer.accepted
  }
  return { kind: 'unknown' }
}

async function tryBatch(deps: IngestDeps, request: IngestRequest, before: number): Promise<IngestAnswer | Moved> {
  const opened = await openRequest(deps, request)
  if (opened.kind === 'moved') return { kind: 'moved', accepted: 0 }
  if (opened.kind === 'closed') return opened.answer
  const batch = judgeTimes(request.batch, opened.nowMs, deps.limits)
  if (request.strict && batch.rejections.count > 0) return { kind: 'bad-ticks', counts: countsOf(batch, 0, 0) }

  const folded = foldBatch(deps, batch)
  if (folded.kind === 'overflow') return folded
  const { shares } = folded
  const origins = await originsBefore(deps, shares, opened)
  const written = await writeShares(deps, batch.events, shares, opened)
  if (written.kind === 'refused') return unavailable(written.error)
  if (written.kind !== 'written') return written
  const through = await bringThrough(deps, shares, origins)
  // Without a token, what is not lost would count twice.
  if (through.kind === 'moved' && request.token.kind === 'none') return { kind: 'unknown' }
  if (through.kind === 'moved') return { kind: 'moved', accepted: written.accepted }
  if (through.kind !== 'there') return through

  const own = Math.min(written.duplicates, before)
  const rejections = addRejections(batch.rejections, written.rejections)
  const counts = {
    ...countsOf({ ...batch, rejections }, written.accepted + own, written.duplicates - own),
    ...opened.producer,
  }
  if (request.token.kind === 'key') await keepAnswer(deps, request.token.key, counts)
  return { kind: 'counted', counts, repeated: false }
}

type Moved = Extract<ShareOutcome, { kind: 'moved' }>

type Folded =
  | { readonly kind: 'folded'; readonly shares: readonly Share[] }
  | Extract<IngestAnswer, { kind: 'overflow' }>

function foldBatch({ layout }: IngestDeps, { events }: TickBatch): Folded {
  try {
    return { kind: 'folded', shares: foldShares(layout, events) }
  } catch (error) {
    if (error instanceof FieldOverflowError) return { kind: 'overflow', message: error.message }
    throw error
  }
}

function countsOf({ ticks, rejections }: TickBatch, accepted: number, duplicates: number): TickCounts {
  return { ticks, accepted, duplicates, rejected: rejections.count, errors: rejections.first }
}
