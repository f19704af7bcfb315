/** What a real Redis holds, read key by key. */
import type { RedisContent } from '../redis-server.ts'
import type { RedisConnection } from './redis-process.ts'

export function redisContent(current: () => RedisConnection): RedisContent {
  return {
    async hash(key) {
      const flat = (await current().callBuffer('HGETALL', [key])) as Buffer[]
      const isRows = key.includes('}:rows:')
      return new Map(pairsOf(flat).map(([field, value]) => [String(field), isRows ? value : String(value)]))
    },
    async sortedSet(key) {
      const flat = (await current().call('ZRANGE', [key, '0', '-1', 'WITHSCORES'])) as string[]
      return new Map(pairsOf(flat).map(([member, score]) => [member, Number(score)]))
    },
    setField: async (key, field, value) => void (await current().hset(key, field, value)),
    deleteField: async (key, field) => void (await current().hdel(key, field)),
    setScore: async (key, member, score) => void (await current().zadd(key, score, member)),
  }
}

function pairsOf<Item>(flat: readonly Item[]): [Item, Item][] {
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index] as Item, flat[2 * index + 1] as Item])
}
