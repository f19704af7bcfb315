/** One shard of a memory hot store: its keys, its clock, and the texts that its records are kept as. */
import { type Accumulator, assert, type Layout } from '@weir/accumulator'
import type { ShardKeys } from '@weir/redis'
import type { MemoryRedis } from './memory-redis.ts'

export interface MemoryShard {
  readonly redis: MemoryRedis
  readonly layout: Layout
  readonly keys: ShardKeys
  /** The server's own clock, µs. */
  readonly timeUs: () => number
}

export interface PeriodEntry {
  readonly origin: string
  readonly accepted: number
  readonly dirty: number
  readonly touchedUs: number
}

/** The shard's clock: it never shows less than before. */
export function shardNow({ redis, keys, timeUs }: MemoryShard): number {
  return Math.max(timeUs(), Number(redis.hash(keys.meta).get('clock') ?? 0))
}

export function keepClock({ redis, keys }: MemoryShard, nowUs: number): void {
  redis.hash(keys.meta).set('clock', String(nowUs))
}

export function metaText({ redis, keys }: MemoryShard, field: string): string | undefined {
  return redis.hash(keys.meta).get(field) as string | undefined
}

/** Lasts until a row leaves the dirty set. */
export function presentTurn(shard: MemoryShard): number {
  return Number(metaText(shard, 'turn') ?? 1)
}

export function endTurn(shard: MemoryShard): void {
  shard.redis.hash(shard.keys.meta).set('turn', String(presentTurn(shard) + 1))
}

export function accumulatorOf({ layout }: MemoryShard, name: string): Accumulator {
  const found = layout.accumulators.find((accumulator) => accumulator.name === name)
  assert(found !== undefined, () => `accumulator ${name} is in the layout`)
  return found
}

export function readPeriod({ redis, keys }: MemoryShard, field: string): PeriodEntry | undefined {
  const text = redis.hash(keys.periods).get(field)
  if (text === undefined) return undefined
  const [origin = '', accepted, dirty, touchedUs] = String(text).split(':')
  return { origin, accepted: Number(accepted), dirty: Number(dirty), touchedUs: Number(touchedUs) }
}

export function writePeriod({ redis, keys }: MemoryShard, field: string, entry: PeriodEntry): void {
  const { origin, accepted, dirty, touchedUs } = entry
  redis.hash(keys.periods).set(field, [origin, accepted, dirty, touchedUs].join(':'))
}

/** Counts members that came to the dirty set, or left it. */
export function countDirty(shard: MemoryShard, field: string, change: number): void {
  const entry = readPeriod(shard, field)
  if (entry === undefined || change === 0) return
  writePeriod(shard, field, { ...entry, dirty: Math.max(0, entry.dirty + change) })
}

/** The index of rows set aside: the origins of those of one row's name, in the order they were set aside. */
export function asideOrigins({ redis, keys }: MemoryShard, accumulator: string, name: string): string[] {
  return String(redis.hash(keys.aside(accumulator)).get(name) ?? '').match(/.{32}/g) ?? []
}

export function writeAsideOrigins(
  shard: MemoryShard,
  accumulator: string,
  name: string,
  origins: readonly string[],
): void {
  const index = shard.redis.hash(shard.keys.aside(accumulator))
  if (origins.length === 0) index.delete(name)
  else index.set(name, origins.join(''))
}
