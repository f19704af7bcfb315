/** Rows of one call: where each starts from, and what the call's deltas make of it. */
import {
  type Accumulator,
  type Delta,
  dirtyMember,
  emptyRow,
  merge,
  NO_TURN,
  originTimeUs,
  packedTurn,
  type Row,
  restart,
  type SegmentPart,
  unpackRow,
} from '@weir/accumulator'
import { placesByForm } from '@weir/redis'
import { type ApplyDraft, type DraftGroup, type DraftRow, floorOf } from './memory-apply-draft.ts'
import { accumulatorOf } from './memory-shard.ts'

export function mergePart(draft: ApplyDraft, part: SegmentPart): void {
  const group = groupOf(draft, part)
  group.isFed = true
  group.accepted += part.accepted
  for (const { places } of placesByForm(group.accumulator, part.deltas)) {
    for (const place of places) mergeDelta(draft, group, part.deltas.at(place))
  }
}

export function mergeDelta(draft: ApplyDraft, group: DraftGroup, delta: Delta): void {
  const touched = group.rows.get(delta.key) ?? firstTouch(draft, group, delta.key)
  group.rows.set(delta.key, touched)
  const outcome = merge(group.accumulator, touched.row, delta)
  if (outcome.kind === 'merged') {
    touched.row = outcome.row
    touched.isMerged = true
    return
  }
  const { accumulator, period } = group
  draft.overflow ??= { row: { accumulator: accumulator.name, period, key: delta.key }, field: outcome.field }
}

export function groupOf(
  draft: ApplyDraft,
  { accumulator, period }: Pick<SegmentPart, 'accumulator' | 'period'>,
): DraftGroup {
  const id = `${accumulator}:${period}`
  const known = draft.groups.get(id)
  if (known !== undefined) return known
  const group: DraftGroup = {
    accumulator: accumulatorOf(draft.shard, accumulator),
    period,
    rows: new Map(),
    accepted: 0,
    isFed: false,
  }
  draft.groups.set(id, group)
  return group
}

function firstTouch(draft: ApplyDraft, group: DraftGroup, key: string): DraftRow {
  const { redis, keys } = draft.shard
  const { accumulator, period } = group
  const packed = redis.hash(keys.rows(accumulator.name, period)).get(key)
  if (packed === undefined) return { row: absentRow(draft, accumulator, period, key), turn: NO_TURN, isMerged: false }
  const row = unpackRow(accumulator, packed as Buffer)
  if (originTimeUs(row.origin) >= originTimeUs(draft.present)) {
    return { row, turn: packedTurn(packed as Buffer), isMerged: false }
  }
  const score = redis.sortedSet(keys.dirty(accumulator.name)).get(dirtyMember(period, key))
  if (score !== undefined) {
    const { origin } = row
    draft.asides.push({ accumulator: accumulator.name, period, key, packed: packed as Buffer, origin, score })
  }
  return { row: restart(accumulator, row, draft.present), turn: NO_TURN, isMerged: false }
}

/** A row that is only looked at: one of an older history is not restarted, and keeps what came latest as it would. */
export function lookAt(draft: ApplyDraft, group: DraftGroup, key: string): Row {
  const { redis, keys } = draft.shard
  const { accumulator, period } = group
  const touched = group.rows.get(key)
  if (touched !== undefined) return touched.row
  const packed = redis.hash(keys.rows(accumulator.name, period)).get(key)
  if (packed !== undefined) return unpackRow(accumulator, packed as Buffer)
  const row = absentRow(draft, accumulator, period, key)
  group.rows.set(key, { row, turn: NO_TURN, isMerged: false })
  return row
}

/** PostgreSQL may have an absent row at or below the floor: it gets an origin of its own. */
function absentRow(draft: ApplyDraft, accumulator: Accumulator, period: number, key: string): Row {
  const { name } = accumulator
  if (period > floorOf(draft, name)) return emptyRow(accumulator, draft.present)
  const { seeds } = draft.call
  if (!accumulator.goesOn || seeds.kind === 'unavailable') return emptyRow(accumulator, draft.mint())
  const seed = seeds.rows.find((row) => row.accumulator === name && row.period === period && row.key === key)
  draft.floorRows.push({ accumulator: name, period, key })
  draft.seedIsMissing ||= seed === undefined
  return seed?.row === undefined ? emptyRow(accumulator, draft.mint()) : restart(accumulator, seed.row, draft.mint())
}
