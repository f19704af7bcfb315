/**
 * A request's parts are applied in whatever history the shard is in. After a loss between judging the request and applying it,
 * a mark stands above ticks that are lost, and their producer is told that they are duplicates.
 */
import type { SegmentMark } from '@weir/accumulator'
import { replacing } from '../servers/replacing.ts'
import type { Canary } from './canary.ts'

export const appliedInAnyHistory: Canary = {
  name: 'a part applied in another history than its request was begun in',
  faultClass: 'failover',
  hot: (store) =>
    replacing<typeof store>(store, {
      apply: (shard, call) =>
        store.apply(shard, {
          ...call,
          segments: call.segments.map((segment) => ({ ...segment, mark: ofAny(segment.mark) })),
        }),
    }),
}

function ofAny(mark: SegmentMark): SegmentMark {
  return mark.kind === 'none' ? mark : { ...mark, origin: undefined }
}
