/** Everything a hot store holds, in one plain shape, so that Redis and its twin in memory can be compared as wholes. */
import type { Redis } from 'ioredis'
import { byScore, type MemoryRedis } from './memory-redis.ts'

/** Key -> field -> value; a sorted set's members are fields; a text has the one field `text`. Rows are hex. */
export type HotStoreDump = Record<string, Record<string, string>>

const SCAN_COUNT = 10_000

export async function dumpRedis(redis: Redis, keyPattern: string): Promise<HotStoreDump> {
  const dump: HotStoreDump = {}
  for (const key of (await keysLike(redis, keyPattern)).sort()) dump[key] = await dumpKey(redis, key)
  return dump
}

export function dumpMemory(memory: MemoryRedis): HotStoreDump {
  const dump: HotStoreDump = {}
  for (const key of memory.keys().sort()) {
    const text = memory.texts.get(key)
    if (text !== undefined) dump[key] = { text: text.text }
    else if (isSortedSet(key)) dump[key] = dumpSortedSet(memory.sortedSet(key))
    else dump[key] = sorted([...memory.hash(key)].map(([field, value]) => [field, readable(key, value)]))
  }
  return dump
}

async function keysLike(redis: Redis, keyPattern: string): Promise<string[]> {
  const keys: string[] = []
  let cursor = '0'
  do {
    const [next, page] = await redis.scan(cursor, 'MATCH', keyPattern, 'COUNT', SCAN_COUNT)
    keys.push(...page)
    cursor = next
  } while (cursor !== '0')
  return keys
}

async function dumpKey(redis: Redis, key: string): Promise<Record<string, string>> {
  if (isSortedSet(key)) {
    const flat = (await redis.call('ZRANGE', [key, '0', '-1', 'WITHSCORES'])) as string[]
    return Object.fromEntries(pairsOf(flat))
  }
  if (/\}:(once|key):/.test(key)) return { text: (await redis.get(key)) ?? '' }
  const flat = (await redis.callBuffer('HGETALL', [key])) as Buffer[]
  return sorted(pairsOf<Buffer>(flat).map(([field, value]) => [String(field), readable(key, value)]))
}

function dumpSortedSet(members: ReadonlyMap<string, number>): Record<string, string> {
  return Object.fromEntries(byScore(members).map((member) => [member, String(members.get(member))]))
}

function readable(key: string, value: string | Buffer): string {
  return (typeof value === 'string' ? Buffer.from(value) : value).toString(key.includes('}:rows:') ? 'hex' : 'utf8')
}

function isSortedSet(key: string): boolean {
  return key.includes('}:dirty:')
}

function sorted(entries: [string, string][]): Record<string, string> {
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function pairsOf<Item>(flat: readonly Item[]): [Item, Item][] {
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index] as Item, flat[2 * index + 1] as Item])
}
