/** Twins of the scripts that the sync worker calls for rows: snapshot, acknowledge, read-rows, mark-dirty. */
import {
  type Acknowledgement,
  asideField,
  dirtyMember,
  isAside,
  isPackedRow,
  keyOfField,
  ORIGIN_BYTES,
  parseDirtyMember,
  type RowPage,
  type RowQuery,
  type Snapshot,
  type SnapshotRequest,
  type SnapshotRow,
  StoreError,
  unpackRow,
} from '@weir/accumulator'
import { periodField } from '@weir/redis'
import { forgetRecord, isQuarantined, syncedUs } from './memory-quarantine.ts'
import { byScore } from './memory-redis.ts'
import {
  accumulatorOf,
  asideOrigins,
  countDirty,
  endTurn,
  keepClock,
  type MemoryShard,
  metaText,
  shardNow,
  writeAsideOrigins,
} from './memory-shard.ts'

export function memorySnapshot(shard: MemoryShard, name: string, request: SnapshotRequest): Snapshot {
  const { redis, keys, layout } = shard
  const fingerprint = metaText(shard, `layout:${name}`)
  if (fingerprint !== undefined && fingerprint !== layout.entries[name]?.fingerprint) {
    throw new StoreError('WEIR_LAYOUT_CHANGED', 'the shard was made with another layout')
  }
  const takenAtUs = shard.timeUs()
  const timeUs = shardNow(shard)
  keepClock(shard, timeUs)
  redis.hash(keys.meta).set('snapshots', String(Number(metaText(shard, 'snapshots') ?? 0) + 1))
  const rows: SnapshotRow[] = []
  const missing: string[] = []
  const unreadable: string[] = []
  const accumulator = accumulatorOf(shard, name)
  for (const member of chosenMembers(shard, name, request)) {
    const { period, field } = parseDirtyMember(member)
    const packed = redis.hash(keys.rows(name, period)).get(field) as Buffer | undefined
    if (packed === undefined) missing.push(member)
    else if (!isPackedRow(accumulator, packed)) unreadable.push(member)
    else rows.push({ period, field, key: keyOfField(field), packed, row: unpackRow(accumulator, packed) })
  }
  const { runId, replicationId, delayedFsyncs } = redis
  return { timeUs, rows, missing, unreadable, receipt: { takenAtUs, runId, replicationId, delayedFsyncs } }
}

function chosenMembers(shard: MemoryShard, name: string, { only, skip, rowsMax }: SnapshotRequest): string[] {
  const dirty = shard.redis.sortedSet(shard.keys.dirty(name))
  if (only === undefined) {
    const drainable = byScore(dirty).filter((member) => !isQuarantined(dirty.get(member)))
    return drainable.slice(skip, skip + rowsMax)
  }
  return only
    .flatMap(({ period, key }) => {
      const origins = asideOrigins(shard, name, dirtyMember(period, key))
      return [key, ...origins.map((origin) => asideField(key, origin))].map((field) => dirtyMember(period, field))
    })
    .filter((member) => dirty.has(member))
}

export function memoryAcknowledge(shard: MemoryShard, name: string, snapshot: Snapshot): Acknowledgement {
  const { redis, keys } = shard
  const dirty = redis.sortedSet(keys.dirty(name))
  let cleaned = 0
  let moved = 0
  const seen = [
    ...snapshot.rows.map(({ period, field, packed }) => ({ period, field, packed })),
    ...snapshot.missing.map((member) => ({ ...parseDirtyMember(member), packed: undefined })),
  ]
  const { runId, replicationId } = snapshot.receipt
  const isSameHistory = runId === redis.runId && replicationId === redis.replicationId
  for (const { period, field, packed } of seen) {
    const member = dirtyMember(period, field)
    const present = redis.hash(keys.rows(name, period)).get(field) as Buffer | undefined
    const score = dirty.get(member)
    if (isSame(present, packed)) {
      if (isAside(field)) forgetAside(shard, name, period, field)
      if (packed !== undefined) forgetRecord(shard, name, member, packed)
      if (!dirty.delete(member)) continue
      cleaned++
      countDirty(shard, periodField(name, period), -1)
    } else if (score !== undefined) {
      moved++
      if (packed === undefined || !isSameHistory || !isOfSnapshot(present, packed)) continue
      dirty.set(member, Math.max(syncedUs(score), snapshot.timeUs))
      forgetRecord(shard, name, member, packed)
    }
  }
  if (cleaned > 0) endTurn(shard)
  return { cleaned, moved }
}

function isSame(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b)
}

/** A row that restarted under a newer origin since: the snapshot holds nothing of it. */
function isOfSnapshot(present: Buffer | undefined, packed: Buffer): boolean {
  if (present === undefined) return false
  return present.subarray(0, ORIGIN_BYTES).equals(packed.subarray(0, ORIGIN_BYTES))
}

function forgetAside(shard: MemoryShard, name: string, period: number, field: string): void {
  const key = keyOfField(field)
  const member = dirtyMember(period, key)
  shard.redis.hash(shard.keys.rows(name, period)).delete(field)
  const kept = asideOrigins(shard, name, member).filter((origin) => asideField(key, origin) !== field)
  writeAsideOrigins(shard, name, member, kept)
}

/** A page of a period is the whole of it. */
export function memoryReadRows(shard: MemoryShard, name: string, period: number, query: RowQuery): RowPage {
  const { redis, keys } = shard
  const stored = redis.hash(keys.rows(name, period))
  const withAsides = (key: string) => [
    key,
    ...asideOrigins(shard, name, dirtyMember(period, key)).map((origin) => asideField(key, origin)),
  ]
  const fields = query.kind === 'keys' ? query.keys.flatMap(withAsides) : [...stored.keys()]
  const accumulator = accumulatorOf(shard, name)
  const isUnreadable = (field: string) => {
    const packed = stored.get(field) as Buffer | undefined
    return packed !== undefined && !isPackedRow(accumulator, packed)
  }
  const rows = fields.flatMap((field) => {
    const packed = stored.get(field) as Buffer | undefined
    if (packed === undefined || isUnreadable(field)) return []
    const score = redis.sortedSet(keys.dirty(name)).get(dirtyMember(period, field))
    const state = { dirty: score !== undefined, quarantined: isQuarantined(score) }
    return [{ field, key: keyOfField(field), row: unpackRow(accumulator, packed), ...state }]
  })
  return { rows, unreadable: fields.filter(isUnreadable), cursor: '0' }
}

export function memoryMarkDirty(shard: MemoryShard, name: string, period: number): number {
  const { redis, keys } = shard
  const dirty = redis.sortedSet(keys.dirty(name))
  const nowUs = shardNow(shard)
  keepClock(shard, nowUs)
  const fields = [...redis.hash(keys.rows(name, period)).keys()]
  const added = fields.map((field) => dirtyMember(period, field)).filter((member) => !dirty.has(member))
  for (const member of added) dirty.set(member, nowUs)
  countDirty(shard, periodField(name, period), added.length)
  return fields.length
}
