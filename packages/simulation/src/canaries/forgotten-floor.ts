/** A dropped period raises no floor: a late tick makes a fresh row under the old origin, and GREATEST keeps the old one. */
import { redisKeys } from '@weir/testkit'
import { KEY_PREFIX } from '../world/simulated-redis.ts'
import { type Canary, replacing } from './canary.ts'

export const freshRowBelowTheFloor: Canary = {
  name: 'a fresh row below the floor under the old origin',
  faultClass: 'calm',
  hot: (store) =>
    replacing<typeof store>(store, {
      drop: async (shard, request) => {
        const meta = store.redis.hash(redisKeys(KEY_PREFIX).shard(shard).meta)
        const field = `floor:${request.record.accumulator}`
        const floor = meta.get(field)
        const isDropped = await store.drop(shard, request)
        if (floor === undefined) meta.delete(field)
        else meta.set(field, floor)
        return isDropped
      },
    }),
}
