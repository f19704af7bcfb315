/** Twins of the scripts of the quarantine: a score beyond QUARANTINE, and a record of why. */
import {
  asideField,
  dirtyMember,
  isAside,
  keyOfField,
  ORIGIN_BYTES,
  parseDirtyMember,
  type QuarantinedRow,
  type QuarantineOutcome,
  type QuarantineRequest,
  type StoredRowName,
} from '@weir/accumulator'
import { parseRefusal, refusalText } from '@weir/redis'
import { byScore } from './memory-redis.ts'
import { keepClock, type MemoryShard, shardNow } from './memory-shard.ts'

/** As in `quarantine.lua`. */
const QUARANTINE = 2 ** 52

export function isQuarantined(score: number | undefined): boolean {
  return score !== undefined && score >= QUARANTINE
}

/** The time up to which PostgreSQL has the row, in quarantine or not. */
export function syncedUs(score: number): number {
  return isQuarantined(score) ? score - QUARANTINE : score
}

export function memoryQuarantine(
  shard: MemoryShard,
  name: string,
  { rows, rowsMax }: QuarantineRequest,
): QuarantineOutcome {
  const { redis, keys } = shard
  const dirty = redis.sortedSet(keys.dirty(name))
  const nowUs = shardNow(shard)
  keepClock(shard, nowUs)
  const outcome = { added: 0, again: 0, left: 0 }
  let room = rowsMax - [...dirty.values()].filter(isQuarantined).length
  for (const { period, field, origin, code, message } of rows) {
    const member = dirtyMember(period, field)
    const score = dirty.get(member)
    if (score === undefined || storedOrigin(shard, name, { period, field }) !== origin) continue
    if (!isQuarantined(score) && room <= 0) {
      outcome.left += 1
      continue
    }
    if (isQuarantined(score)) outcome.again += 1
    else {
      outcome.added += 1
      room -= 1
      dirty.set(member, score + QUARANTINE)
    }
    writeRecord(shard, name, recordName(member, origin), nowUs, refusalText(code, message))
  }
  return outcome
}

export function memoryReadQuarantine(shard: MemoryShard, name: string): QuarantinedRow[] {
  const { redis, keys } = shard
  const dirty = redis.sortedSet(keys.dirty(name))
  const records = redis.hash(keys.quarantine(name))
  return byScore(dirty)
    .filter((member) => isQuarantined(dirty.get(member)))
    .map((member) => {
      const { period, field } = parseDirtyMember(member)
      const origin = storedOrigin(shard, name, { period, field }) ?? ''
      const refusal = parseRefusal(String(records.get(recordName(member, origin)) ?? ''))
      return { period, field, key: keyOfField(field), dirtySinceUs: syncedUs(dirty.get(member) ?? 0), refusal }
    })
}

/** Of rows that PostgreSQL took after all. */
export function forgetRecord({ redis, keys }: MemoryShard, name: string, member: string, packed: Buffer): void {
  if (packed.length < ORIGIN_BYTES) return
  redis.hash(keys.quarantine(name)).delete(recordName(member, packed.toString('hex', 0, ORIGIN_BYTES)))
}

/** A member set aside has its origin in it already. */
function recordName(member: string, origin: string): string {
  return isAside(member) ? member : asideField(member, origin)
}

function writeRecord({ redis, keys }: MemoryShard, name: string, record: string, nowUs: number, refusal: string): void {
  const records = redis.hash(keys.quarantine(name))
  const before = parseRefusal(String(records.get(record) ?? ''))
  const facts = [before?.sinceUs ?? nowUs, nowUs, (before?.tries ?? 0) + 1]
  records.set(record, `${facts.join(':')}:${refusal}`)
}

function storedOrigin(
  { redis, keys }: MemoryShard,
  name: string,
  { period, field }: StoredRowName,
): string | undefined {
  const packed = redis.hash(keys.rows(name, period)).get(field)
  if (!Buffer.isBuffer(packed) || packed.length < ORIGIN_BYTES) return undefined
  return packed.toString('hex', 0, ORIGIN_BYTES)
}
