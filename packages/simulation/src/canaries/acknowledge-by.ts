/** Acknowledgements that do not hold the whole row to the snapshot's. */
import { type HotStore, type Row, type Snapshot, unpackRow } from '@weir/accumulator'
import { redisKeys } from '@weir/testkit'
import { accumulatorNamed } from '../plan/accumulators.ts'
import { KEY_PREFIX, type RedisContent } from '../servers/redis-server.ts'
import { replacing } from '../servers/replacing.ts'
import type { Canary } from './canary.ts'

/** After a loss another row has as many ticks as the snapshot's had, and is taken for it. */
export const acknowledgeByVersion: Canary = {
  name: 'acknowledge by version',
  faultClass: 'wipe',
  hot: (store, { server }) => acknowledging(store, server.content, (present, seen) => present.updates === seen.updates),
}

/** What came between snapshot and acknowledgement is never sent. */
export const acknowledgeAll: Canary = {
  name: 'acknowledge all',
  faultClass: 'calm',
  hot: (store, { server }) => acknowledging(store, server.content, () => true),
}

/** Rows that pass for the snapshot's are acknowledged as if they were. */
function acknowledging(store: HotStore, content: RedisContent, passes: (present: Row, seen: Row) => boolean): HotStore {
  return replacing<HotStore>(store, {
    acknowledge: async (shard, name, snapshot) => {
      const rows: Snapshot['rows'][number][] = []
      for (const seen of snapshot.rows) {
        const hash = await content.hash(redisKeys(KEY_PREFIX).shard(shard).rows(name, seen.period))
        const packed = hash.get(seen.field) as Buffer | undefined
        const isTaken = packed !== undefined && passes(unpackRow(accumulatorNamed(name), packed), seen.row)
        rows.push(isTaken ? { ...seen, packed } : seen)
      }
      return store.acknowledge(shard, name, { ...snapshot, rows })
    },
  })
}
