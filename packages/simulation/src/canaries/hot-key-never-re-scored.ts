/** A row that moved during its sync keeps its old score: it fills each round, and holds up marks for ever. */
import { dirtyMember } from '@weir/accumulator'
import { redisKeys } from '@weir/testkit'
import { KEY_PREFIX } from '../servers/redis-server.ts'
import { replacing } from '../servers/replacing.ts'
import type { Canary } from './canary.ts'

export const hotKeyNeverReScored: Canary = {
  name: 'a hot key never re-scored',
  faultClass: 'calm',
  hot: (store, { server: { content } }) =>
    replacing<typeof store>(store, {
      acknowledge: async (shard, accumulator, snapshot) => {
        const dirty = redisKeys(KEY_PREFIX).shard(shard).dirty(accumulator)
        const before = new Map(await content.sortedSet(dirty))
        const members = snapshot.rows.map(({ period, field }) => dirtyMember(period, field))
        const acknowledgement = await store.acknowledge(shard, accumulator, snapshot)
        const after = await content.sortedSet(dirty)
        for (const member of members) {
          const score = before.get(member)
          if (score !== undefined && after.has(member)) await content.setScore(dirty, member, score)
        }
        return acknowledgement
      },
    }),
}
