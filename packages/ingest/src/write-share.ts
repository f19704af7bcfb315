/**
 * Writes one shard's share of a request; of a share that overlaps an earlier one, only the ticks after the mark, and no
 * ticks of a row that has no room for them.
 */
import { assert, type EventBatch, foldEvents, type SegmentMark } from '@weir/accumulator'
import type { IngestDeps } from './ingest-deps.ts'
import type { Origins } from './origins.ts'
import { withoutOverflowing } from './overflowing-ticks.ts'
import type { SegmentOutcome } from './shard-writer.ts'
import type { Share } from './shares.ts'
import { addRejections, noRejections, type Rejections } from './tick-batch.ts'

export type ShareOutcome =
  | {
      readonly kind: 'written'
      readonly accepted: number
      readonly duplicates: number
      /** Ticks of rows without room for them. */
      readonly rejections: Rejections
    }
  | { readonly kind: 'gap'; readonly expected: number }
  /** The shard is in another history than when the request was begun. `accepted`: ticks of other shares, which were written. */
  | { readonly kind: 'moved'; readonly accepted: number }
  | Exclude<SegmentOutcome, { kind: 'judged' | 'overflow' }>

/** How the shards know the request, and the histories in which it was begun. */
export interface JudgedMark {
  readonly mark: SegmentMark
  readonly origins: Origins
}

export async function writeShare(
  deps: IngestDeps,
  events: EventBatch,
  share: Share,
  { mark: requestMark, origins }: JudgedMark,
): Promise<ShareOutcome> {
  const { writers, layout } = deps
  const writer = writers[share.shard]
  assert(writer !== undefined, 'each shard has its writer')
  const ticks = share.indexes.length
  let { indexes, folded } = share
  let mark = requestMark.kind === 'none' ? requestMark : { ...requestMark, origin: origins[share.shard] }
  let rejections = noRejections
  for (;;) {
    const outcome = await writer.write({ mark, ...folded })
    if (outcome.kind === 'overflow') {
      // Not the whole request: other shards may have their share of it already, and the producer must be able to go on.
      const without = withoutOverflowing(layout, events, indexes, outcome)
      indexes = without.indexes
      rejections = addRejections(rejections, without.rejections)
      folded = foldEvents(layout, events, indexes)
      continue
    }
    if (outcome.kind !== 'judged') return outcome
    const { verdict } = outcome
    if (verdict.kind === 'applied') {
      const duplicates = ticks - indexes.length - rejections.count
      return { kind: 'written', accepted: indexes.length, duplicates, rejections }
    }
    if (verdict.kind === 'duplicate')
      return { kind: 'written', accepted: 0, duplicates: ticks, rejections: noRejections }
    if (verdict.kind === 'gap') return { kind: 'gap', expected: verdict.mark + 1 }
    if (verdict.kind === 'moved') return { kind: 'moved', accepted: 0 }
    assert(
      mark.kind === 'producer' && verdict.mark >= mark.first && verdict.mark < mark.last,
      'an overlap lies within the request',
    )
    // The first tick of the request has the number `requestMark.first` and the ordinal 0.
    const seen = verdict.mark - (requestMark as typeof mark).first
    indexes = indexes.filter((index) => (events.ordinal[index] as number) > seen)
    folded = foldEvents(layout, events, indexes)
    mark = { ...mark, first: verdict.mark + 1 }
  }
}
