/** An acknowledgement does not end the turn: a row that was fed in it and synced passes for dirty, and is never sent again. */
import { redisKeys } from '@weir/testkit'
import { KEY_PREFIX } from '../world/simulated-redis.ts'
import { type Canary, replacing } from './canary.ts'

export const turnNeverEnds: Canary = {
  name: 'a turn never ends',
  faultClass: 'calm',
  hot: (store) =>
    replacing<typeof store>(store, {
      acknowledge: async (shard, accumulator, snapshot) => {
        const acknowledgement = await store.acknowledge(shard, accumulator, snapshot)
        store.redis.hash(redisKeys(KEY_PREFIX).shard(shard).meta).delete('turn')
        return acknowledgement
      },
    }),
}
