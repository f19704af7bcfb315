/** A verdict a segment, by its own mark; the marks of earlier segments of the call count. */
import type { SegmentMark, Verdict } from '@weir/accumulator'
import type { ApplyDraft } from './memory-apply-draft.ts'

export function judgeSegment(draft: ApplyDraft, mark: SegmentMark): Verdict {
  if (mark.kind !== 'none' && mark.origin !== undefined && mark.origin !== draft.present) return { kind: 'moved' }
  switch (mark.kind) {
    case 'none':
      return { kind: 'applied' }
    case 'producer':
      return judgeProducer(draft, mark)
    case 'once':
      return judgeOnce(draft, mark)
  }
}

function judgeProducer(draft: ApplyDraft, segment: Extract<SegmentMark, { kind: 'producer' }>): Verdict {
  const { redis, keys } = draft.shard
  const stored = redis.hash(keys.marks).get(segment.name)
  const mark = draft.marks.get(segment.name) ?? (stored === undefined ? undefined : Number(stored))
  const isLost = mark === undefined && !draft.isRestored
  if (segment.home && segment.first > (mark ?? 0) + 1 && !isLost) return { kind: 'gap', mark: mark ?? 0 }
  if (mark !== undefined && segment.last <= mark) return { kind: 'duplicate' }
  if (mark !== undefined && segment.first <= mark) return { kind: 'overlap', mark }
  draft.marks.set(segment.name, segment.last)
  return { kind: 'applied' }
}

function judgeOnce(draft: ApplyDraft, { name, ttlMs }: Extract<SegmentMark, { kind: 'once' }>): Verdict {
  const { redis, keys, timeUs } = draft.shard
  const kept = redis.texts.get(keys.once(name))
  const isKept = kept !== undefined && kept.expiresAtUs > timeUs()
  if (isKept || draft.once.has(name)) return { kind: 'duplicate' }
  draft.once.set(name, ttlMs)
  return { kind: 'applied' }
}
