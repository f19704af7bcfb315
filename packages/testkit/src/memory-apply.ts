/**
 * The twin of `apply.lua`: the same steps in the same order, on a draft that is written only when nothing refuses it.
 */
import { type ApplyCall, type ApplyOutcome, StoreError, type Verdict } from '@weir/accumulator'
import { type ApplyDraft, accumulatorsOf, openDraft } from './memory-apply-draft.ts'
import { mergeOpen } from './memory-apply-open.ts'
import { mergePart } from './memory-apply-rows.ts'
import { judgeSegment } from './memory-apply-verdicts.ts'
import { writeDraft } from './memory-apply-write.ts'
import type { MemoryShard } from './memory-shard.ts'

export function memoryApply(shard: MemoryShard, call: ApplyCall): ApplyOutcome {
  refuseOtherLayout(shard, call)
  const { name, sequence } = call.lane
  const [laneSequence, , ...reply] = String(shard.redis.hash(shard.keys.lanes).get(name) ?? '-1').split(':')
  if (sequence === Number(laneSequence)) return decodeReply(reply)
  if (sequence < Number(laneSequence)) return { kind: 'stale' }

  const draft = openDraft(shard, call)
  if (draft === undefined) return { kind: 'unopened' }
  const verdicts = call.segments.map((segment) => {
    const verdict = judgeSegment(draft, segment.mark)
    if (verdict.kind === 'applied') {
      // First, while each reference still keeps the measure of the event before this segment.
      mergeOpen(draft, segment.open ?? [])
      for (const part of segment.parts) mergePart(draft, part)
    }
    return verdict
  })
  if (draft.seedIsMissing) return { kind: 'unseeded', rows: draft.floorRows }
  if (draft.overflow !== undefined) return { kind: 'overflow', ...draft.overflow }

  writeDraft(draft)
  return keepReply(draft, verdicts)
}

function refuseOtherLayout(shard: MemoryShard, { segments }: ApplyCall): void {
  const { layout, redis, keys } = shard
  const names = accumulatorsOf(layout, segments)
  const expected: [string, string][] = [['layout', layout.base.fingerprint]]
  for (const name of names) expected.push([`layout:${name}`, layout.entries[name]?.fingerprint ?? ''])
  for (const [field, fingerprint] of expected) {
    const stored = redis.hash(keys.meta).get(field)
    if (stored === undefined || stored === fingerprint) continue
    throw new StoreError('WEIR_LAYOUT_CHANGED', `the shard was made with another layout: ${field}`)
  }
}

/** `origin:dirty:verdicts`: what a resend gets. */
function keepReply(draft: ApplyDraft, verdicts: readonly Verdict[]): ApplyOutcome {
  const { redis, keys, layout } = draft.shard
  const dirty = layout.accumulators.reduce((sum, { name }) => sum + redis.sortedSet(keys.dirty(name)).size, 0)
  const reply = [draft.present, dirty, verdicts.map(encodeVerdict).join(',')]
  const { name, sequence } = draft.call.lane
  redis.hash(keys.lanes).set(name, [sequence, draft.nowUs, ...reply].join(':'))
  return { kind: 'applied', origin: draft.present, verdicts, dirty }
}

function decodeReply([origin = '', dirty, verdicts = '']: readonly string[]): ApplyOutcome {
  const texts = verdicts === '' ? [] : verdicts.split(',')
  return { kind: 'applied', origin, dirty: Number(dirty), verdicts: texts.map(decodeVerdict) }
}

const LETTERS = { applied: 'a', duplicate: 'd', overlap: 'o', gap: 'g', moved: 'm' } as const

function encodeVerdict(verdict: Verdict): string {
  return LETTERS[verdict.kind] + ('mark' in verdict ? verdict.mark : '')
}

function decodeVerdict(text: string): Verdict {
  if (text === 'a') return { kind: 'applied' }
  if (text === 'd') return { kind: 'duplicate' }
  if (text === 'm') return { kind: 'moved' }
  return { kind: text.startsWith('o') ? 'overlap' : 'gap', mark: Number(text.slice(1)) }
}
