/** Two histories that share an origin, since what tells them apart is not looked at. */
import type { HotStore } from '@weir/accumulator'
import { redisKeys } from '@weir/testkit'
import { KEY_PREFIX, type RedisServer } from '../servers/redis-server.ts'
import { replacing } from '../servers/replacing.ts'
import type { Canary } from './canary.ts'

/** Rows go on summing under the old origin: GREATEST keeps the larger side of each sum. */
export const oneOriginForTwoHistories: Canary = {
  name: 'one origin for two histories',
  faultClass: 'failover',
  hot: (store, { server }) => forgetting(store, server, ['run_id', 'replid']),
}

/** An older file put back keeps its replication id. */
export const runIdNotCompared: Canary = {
  name: 'run_id not compared',
  faultClass: 'backup',
  hot: (store, { server }) => forgetting(store, server, ['run_id']),
}

/** Before each call the shard's meta is made to say what the live server says. */
function forgetting(store: HotStore, server: RedisServer, fields: readonly ('run_id' | 'replid')[]): HotStore {
  return replacing<HotStore>(store, {
    apply: async (shard, call) => {
      const { meta } = redisKeys(KEY_PREFIX).shard(shard)
      const live = { run_id: server.runId, replid: server.replicationId }
      if ((await server.content.hash(meta)).has('origin')) {
        for (const field of fields) await server.content.setField(meta, field, live[field])
      }
      return store.apply(shard, call)
    },
  })
}
