/** Everything that an `apply` writes but its lane. */
import { asideField, dirtyMember, originTimeUs, packRow } from '@weir/accumulator'
import { periodField } from '@weir/redis'
import { type ApplyDraft, type AsideRow, type DraftGroup, floorOf } from './memory-apply-draft.ts'
import { asideOrigins, readPeriod, writeAsideOrigins, writePeriod } from './memory-shard.ts'

export function writeDraft(draft: ApplyDraft): void {
  const { redis, keys, timeUs } = draft.shard
  for (const aside of draft.asides) setAside(draft, aside)
  for (const group of draft.groups.values()) {
    if (!group.isFed) continue
    writePeriodOf(draft, group, writeRows(draft, group))
  }
  for (const [name, mark] of draft.marks) redis.hash(keys.marks).set(name, String(mark))
  for (const [name, ttlMs] of draft.once) {
    redis.texts.set(keys.once(name), { text: '1', expiresAtUs: timeUs() + ttlMs * 1000 })
  }
  for (const [field, value] of draft.metaChanges) redis.hash(keys.meta).set(field, value)
}

/** The row of an older history stays dirty under its own name; the one in its place is dirty from now on. */
function setAside({ shard, nowUs }: ApplyDraft, { accumulator, period, key, packed, origin, score }: AsideRow): void {
  const { redis, keys } = shard
  const field = asideField(key, origin)
  const member = dirtyMember(period, key)
  redis.hash(keys.rows(accumulator, period)).set(field, packed)
  redis.sortedSet(keys.dirty(accumulator)).set(dirtyMember(period, field), score).set(member, nowUs)
  writeAsideOrigins(shard, accumulator, member, [...asideOrigins(shard, accumulator, member), origin])
}

/** Gives how many members came to the dirty set. */
function writeRows(
  { shard, nowUs, asides, turn: presentTurn }: ApplyDraft,
  { accumulator, period, rows }: DraftGroup,
): number {
  const { redis, keys } = shard
  const dirty = redis.sortedSet(keys.dirty(accumulator.name))
  let dirtied = asides.filter((aside) => aside.accumulator === accumulator.name && aside.period === period).length
  for (const [key, { row, turn, isMerged }] of rows) {
    if (!isMerged) continue
    redis.hash(keys.rows(accumulator.name, period)).set(key, packRow(accumulator, row, presentTurn))
    const member = dirtyMember(period, key)
    if (turn === presentTurn || dirty.has(member)) continue
    dirty.set(member, nowUs)
    dirtied++
  }
  return dirtied
}

function writePeriodOf(draft: ApplyDraft, { accumulator, period, accepted }: DraftGroup, dirtied: number): void {
  const { shard, present, nowUs } = draft
  const { name } = accumulator
  const field = periodField(name, period)
  const stored = readPeriod(shard, field)
  const isOlder = stored !== undefined && originTimeUs(stored.origin) < originTimeUs(present)
  if (stored === undefined || isOlder) {
    if (stored !== undefined) writePeriod(shard, periodField(name, period, stored.origin), { ...stored, dirty: 0 })
    const origin = stored === undefined && period <= floorOf(draft, name) ? draft.mint() : present
    writePeriod(shard, field, { origin, accepted, dirty: (stored?.dirty ?? 0) + dirtied, touchedUs: nowUs })
    return
  }
  const { origin } = stored
  writePeriod(shard, field, {
    origin,
    accepted: stored.accepted + accepted,
    dirty: stored.dirty + dirtied,
    touchedUs: nowUs,
  })
}
