/** A row that moved during its sync keeps its old score: it fills each round, and holds up marks for ever. */
import { dirtyMember } from '@weir/accumulator'
import { redisKeys } from '@weir/testkit'
import { KEY_PREFIX } from '../world/simulated-redis.ts'
import { type Canary, replacing } from './canary.ts'

export const hotKeyNeverReScored: Canary = {
  name: 'a hot key never re-scored',
  faultClass: 'calm',
  hot: (store) =>
    replacing<typeof store>(store, {
      acknowledge: async (shard, accumulator, snapshot) => {
        const dirty = store.redis.sortedSet(redisKeys(KEY_PREFIX).shard(shard).dirty(accumulator))
        const members = snapshot.rows.map(({ period, field }) => dirtyMember(period, field))
        const scores = members.map((member) => dirty.get(member))
        const acknowledgement = await store.acknowledge(shard, accumulator, snapshot)
        for (const [index, member] of members.entries()) {
          const score = scores[index]
          if (score !== undefined && dirty.has(member)) dirty.set(member, score)
        }
        return acknowledgement
      },
    }),
}
