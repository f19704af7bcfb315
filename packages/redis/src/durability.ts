/**
 * The barrier: a snapshot may be written to PostgreSQL only when Redis's disk has what it saw, or PostgreSQL would get
 * ahead of a Redis that lost its last second. Under `everysec` age alone proves nothing, since a stalled disk delays
 * the fsync.
 */
import type { Durability, DurabilityReceipt } from '@weir/accumulator'
import type { Redis } from 'ioredis'
import { parseInfo, type ServerInfo } from './server-info.ts'

export type DurabilityMode = 'always' | 'everysec' | 'none'

export interface DiskState {
  readonly timeUs: number
  readonly info: ServerInfo
  /** `appendfsync`, or what REDIS_DURABILITY says it is; undefined where CONFIG is forbidden. */
  readonly mode: DurabilityMode | undefined
}

/** What was seen of the disk since the snapshot became old enough; kept from one question to the next. */
export interface DiskWatch {
  noPendingFsync: boolean
  emptyBuffer: boolean
}

const RECHECK_MS = 100
const US_PER_MS = 1000

export async function readDiskState(redis: Redis, override: DurabilityMode | undefined): Promise<DiskState> {
  const [text, [seconds, micros], mode] = await Promise.all([
    redis.info('server', 'replication', 'persistence'),
    redis.time() as Promise<[number | string, number | string]>,
    override ?? readAppendfsync(redis),
  ])
  return { timeUs: Number(seconds) * 1_000_000 + Number(micros), info: parseInfo(text), mode }
}

/** Undefined where a managed Redis forbids CONFIG. */
export async function readAppendfsync(redis: Redis): Promise<DurabilityMode | undefined> {
  const reply = await redis.config('GET', 'appendfsync').catch((error: unknown) => {
    if (error instanceof Error && error.name === 'ReplyError') return []
    throw error
  })
  const value = (reply as string[])[1]
  return value === 'no' ? 'none' : value === 'always' || value === 'everysec' ? value : undefined
}

export function judgeDurability(
  receipt: DurabilityReceipt,
  { timeUs, info, mode }: DiskState,
  watch: DiskWatch,
  durabilityAgeMs: number,
  isOverridden: boolean,
): Durability {
  const broken = brokenHistory(receipt, info)
  if (broken !== undefined) return { kind: 'broken', reason: broken }
  const aofIsOn = info.get('aof_enabled') === '1'
  if (mode === undefined) return unpromised('CONFIG is forbidden; say REDIS_DURABILITY=always, everysec or none')
  if (mode === 'none') return unpromised(isOverridden ? 'REDIS_DURABILITY is none' : 'appendfsync is no')
  if (mode === 'always' && (aofIsOn || isOverridden)) return { kind: 'durable' }
  if (!aofIsOn) return unpromised('the append-only file is off')
  if (delayedFsyncs(info) !== receipt.delayedFsyncs) return { kind: 'broken', reason: 'an fsync was delayed' }
  return judgeEverysec(receipt, timeUs, info, watch, durabilityAgeMs)
}

function judgeEverysec(
  receipt: DurabilityReceipt,
  timeUs: number,
  info: ServerInfo,
  watch: DiskWatch,
  durabilityAgeMs: number,
): Durability {
  const ageMs = (timeUs - receipt.takenAtUs) / US_PER_MS
  if (ageMs < 0) return { kind: 'broken', reason: "the server's clock ran backwards" }
  if (ageMs < durabilityAgeMs) return { kind: 'pending', waitMs: Math.ceil(durabilityAgeMs - ageMs) }
  watch.noPendingFsync ||= info.get('aof_pending_bio_fsync') === '0'
  watch.emptyBuffer ||= info.get('aof_buffer_length') === '0'
  const isProved = watch.noPendingFsync && watch.emptyBuffer && info.get('aof_last_write_status') === 'ok'
  return isProved ? { kind: 'durable' } : { kind: 'pending', waitMs: RECHECK_MS }
}

function brokenHistory(receipt: DurabilityReceipt, info: ServerInfo): string | undefined {
  if (info.get('run_id') !== receipt.runId) return 'Redis was restarted, or another one answers'
  return info.get('master_replid') === receipt.replicationId
    ? undefined
    : "Redis's data was replaced, or a replica promoted"
}

function delayedFsyncs(info: ServerInfo): number {
  return Number(info.get('aof_delayed_fsync') ?? 0)
}

function unpromised(reason: string): Durability {
  return { kind: 'unpromised', reason }
}
