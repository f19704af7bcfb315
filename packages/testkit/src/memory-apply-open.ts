/** Open events: each judged against the row that keeps the measure of the event before, then added to its own row. */
import {
  type Accumulator,
  assert,
  bottomOf,
  compareLimbs,
  type Delta,
  type Direction,
  directionalFields,
  emptyDelta,
  type OpenEvents,
} from '@weir/accumulator'
import type { ApplyDraft } from './memory-apply-draft.ts'
import { groupOf, lookAt, mergeDelta } from './memory-apply-rows.ts'

const LIMB = 2n ** 48n

export function mergeOpen(draft: ApplyDraft, rows: readonly OpenEvents[]): void {
  for (const { accumulator, period, key, references, values } of rows) {
    const group = groupOf(draft, { accumulator, period })
    group.isFed = true
    const sums = new Map<number, bigint>()
    const width = values.length / references.length
    for (const [event, reference] of references.entries()) {
      addEvent(draft, group.accumulator, reference, values.slice(event * width, (event + 1) * width), sums)
    }
    const delta: Delta = emptyDelta(group.accumulator, period, key)
    for (const [slot, sum] of sums) {
      // Beyond an int64 the merge refuses it.
      delta.slots[slot] = Number(sum / LIMB)
      delta.slots[slot + 1] = Number(sum % LIMB)
    }
    mergeDelta(draft, group, delta)
  }
}

type Reference = OpenEvents['references'][number]

function addEvent(
  draft: ApplyDraft,
  accumulator: Accumulator,
  reference: Reference,
  [judgedHigh = 0, judgedLow = 0, ...measures]: readonly number[],
  sums: Map<number, bigint>,
): void {
  const direction = directionOf(draft, reference, judgedHigh, judgedLow)
  for (const { field, when, measure } of directionalFields(accumulator).fields) {
    if (when !== direction) continue
    const [high = 0, low = 0] = measure < 0 ? [0, 1] : measures.slice(2 * measure, 2 * measure + 2)
    sums.set(field.slot, (sums.get(field.slot) ?? 0n) + BigInt(high) * LIMB + BigInt(low))
  }
}

function directionOf(draft: ApplyDraft, { period, key }: Reference, high: number, low: number): Direction {
  const { reference: judge } = draft.shard.layout
  assert(judge !== undefined, 'open events are judged by the reference of the layout')
  const group = groupOf(draft, { accumulator: judge.accumulator.name, period })
  const { slots } = lookAt(draft, group, key)
  const [bottomHigh, bottomLow] = bottomOf('latest')
  const beforeHigh = slots[judge.slot] as number
  const beforeLow = slots[judge.slot + 1] as number
  if (beforeHigh === bottomHigh && beforeLow === bottomLow) return 'flat'
  const order = compareLimbs(high, low, beforeHigh, beforeLow)
  if (order === 0) return 'flat'
  return order > 0 ? 'up' : 'down'
}
