/** Two histories that share an origin, since what tells them apart is not looked at. */
import type { HotStore } from '@weir/accumulator'
import { type MemoryHotStore, redisKeys } from '@weir/testkit'
import { KEY_PREFIX } from '../world/simulated-redis.ts'
import { type Canary, replacing } from './canary.ts'

/** Rows go on summing under the old origin: GREATEST keeps the larger side of each sum. */
export const oneOriginForTwoHistories: Canary = {
  name: 'one origin for two histories',
  faultClass: 'failover',
  hot: (store) => forgetting(store, ['run_id', 'replid']),
}

/** An older file put back keeps its replication id. */
export const runIdNotCompared: Canary = {
  name: 'run_id not compared',
  faultClass: 'backup',
  hot: (store) => forgetting(store, ['run_id']),
}

/** Before each call the shard's meta is made to say what the live server says. */
function forgetting(store: MemoryHotStore, fields: readonly ('run_id' | 'replid')[]): HotStore {
  return replacing<MemoryHotStore>(store, {
    apply: async (shard, call) => {
      const meta = store.redis.hash(redisKeys(KEY_PREFIX).shard(shard).meta)
      const live = { run_id: store.redis.runId, replid: store.redis.replicationId }
      if (meta.has('origin')) for (const field of fields) meta.set(field, live[field])
      return store.apply(shard, call)
    },
  })
}
