/** Writes one shard's share of a request; of a share that overlaps an earlier one, only the ticks after the mark. */
import { assert, type EventBatch, type SegmentMark } from '@weir/accumulator'
import type { IngestDeps } from './ingest-deps.ts'
import type { SegmentOutcome } from './shard-writer.ts'
import { foldParts, type Share } from './shares.ts'

export type ShareOutcome =
  | { readonly kind: 'written'; readonly accepted: number; readonly duplicates: number }
  | { readonly kind: 'gap'; readonly expected: number }
  | Exclude<SegmentOutcome, { kind: 'judged' }>

/** How the shards know the request, and `breaks` of the watch when that was judged. */
export interface JudgedMark {
  readonly mark: SegmentMark
  readonly judgedAtBreak: number
}

export async function writeShare(
  { writers, layout }: IngestDeps,
  events: EventBatch,
  share: Share,
  { mark: requestMark, judgedAtBreak }: JudgedMark,
): Promise<ShareOutcome> {
  const writer = writers[share.shard]
  assert(writer !== undefined, 'each shard has its writer')
  const ticks = share.indexes.length
  let { indexes, parts } = share
  let mark = requestMark
  for (;;) {
    const outcome = await writer.write({ mark, parts }, judgedAtBreak)
    if (outcome.kind !== 'judged') return outcome
    const { verdict } = outcome
    if (verdict.kind === 'applied')
      return { kind: 'written', accepted: indexes.length, duplicates: ticks - indexes.length }
    if (verdict.kind === 'duplicate') return { kind: 'written', accepted: 0, duplicates: ticks }
    if (verdict.kind === 'gap') return { kind: 'gap', expected: verdict.mark + 1 }
    assert(
      mark.kind === 'producer' && verdict.mark >= mark.first && verdict.mark < mark.last,
      'an overlap lies within the request',
    )
    // The first tick of the request has the number `requestMark.first` and the ordinal 0.
    const seen = verdict.mark - (requestMark as typeof mark).first
    indexes = indexes.filter((index) => (events.ordinal[index] as number) > seen)
    parts = foldParts(layout.accumulators, events, indexes)
    mark = { ...mark, first: verdict.mark + 1 }
  }
}
