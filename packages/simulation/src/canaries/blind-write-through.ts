/** Where Redis's history changed, a call that applies nothing does not say so: what it lost is taken for written. */
import { redisKeys } from '@weir/testkit'
import { KEY_PREFIX } from '../servers/redis-server.ts'
import { replacing } from '../servers/replacing.ts'
import type { Canary } from './canary.ts'

export const blindWriteThrough: Canary = {
  name: 'a write-through blind to history',
  faultClass: 'write-through-failover',
  hot: (store, { server }) =>
    replacing<typeof store>(store, {
      apply: async (shard, call) => {
        const origin = (await server.content.hash(redisKeys(KEY_PREFIX).shard(shard).meta)).get('origin')
        const outcome = await store.apply(shard, call)
        const isEmpty = call.segments.every(({ mark, parts }) => mark.kind === 'none' && parts.length === 0)
        return outcome.kind === 'applied' && isEmpty && origin !== undefined
          ? { ...outcome, origin: String(origin) }
          : outcome
      },
    }),
}
