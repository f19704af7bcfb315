/** What PostgreSQL is told of a shard, its Redis still says: marks and accepted counts never get ahead of a Redis that lost its last writes. */
import type { Coverage } from '@weir/accumulator'
import type { InvariantOf } from './invariant.ts'

export const marksNotAhead: InvariantOf = (world) => ({
  name: 'marks in PostgreSQL are never ahead of Redis',
  onPostgres: async ({ method, args }) => {
    if (method !== 'writeCoverage') return undefined
    const [shard, { marks }] = args as [number, Coverage]
    const { store } = world.nodeOf(shard).first
    for (const [producer, mark] of marks) {
      const present = (await store.readMark(shard, producer)) ?? 0
      if (mark > present) return `${producer} is at ${present} in shard ${shard}, and PostgreSQL is told ${mark}`
    }
    return undefined
  },
})
