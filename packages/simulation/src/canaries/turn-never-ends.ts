/** An acknowledgement does not end the turn: a row that was fed in it and synced passes for dirty, and is never sent again. */
import { redisKeys } from '@weir/testkit'
import { KEY_PREFIX } from '../servers/redis-server.ts'
import { replacing } from '../servers/replacing.ts'
import type { Canary } from './canary.ts'

export const turnNeverEnds: Canary = {
  name: 'a turn never ends',
  faultClass: 'calm',
  hot: (store, { server: { content } }) =>
    replacing<typeof store>(store, {
      acknowledge: async (shard, accumulator, snapshot) => {
        const acknowledgement = await store.acknowledge(shard, accumulator, snapshot)
        await content.deleteField(redisKeys(KEY_PREFIX).shard(shard).meta, 'turn')
        return acknowledgement
      },
    }),
}
