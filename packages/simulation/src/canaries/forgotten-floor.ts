/** A dropped period raises no floor: a late tick makes a fresh row under the old origin, and GREATEST keeps the old one. */
import { redisKeys } from '@weir/testkit'
import { KEY_PREFIX } from '../servers/redis-server.ts'
import { replacing } from '../servers/replacing.ts'
import type { Canary } from './canary.ts'

export const freshRowBelowTheFloor: Canary = {
  name: 'a fresh row below the floor under the old origin',
  faultClass: 'calm',
  hot: (store, { server: { content } }) =>
    replacing<typeof store>(store, {
      drop: async (shard, request) => {
        const { meta } = redisKeys(KEY_PREFIX).shard(shard)
        const field = `floor:${request.record.accumulator}`
        const floor = (await content.hash(meta)).get(field)
        const isDropped = await store.drop(shard, request)
        if (floor === undefined) await content.deleteField(meta, field)
        else await content.setField(meta, field, floor)
        return isDropped
      },
    }),
}
