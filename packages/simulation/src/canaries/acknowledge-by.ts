/** Acknowledgements that do not hold the whole row to the snapshot's. */
import { type Accumulator, type Row, type Snapshot, unpackRow } from '@weir/accumulator'
import { type MemoryHotStore, redisKeys } from '@weir/testkit'
import { flows, sessions } from '../plan/accumulators.ts'
import { KEY_PREFIX } from '../world/simulated-redis.ts'
import { type Canary, replacing } from './canary.ts'

/** After a loss another row has as many ticks as the snapshot's had, and is taken for it. */
export const acknowledgeByVersion: Canary = {
  name: 'acknowledge by version',
  faultClass: 'wipe',
  hot: (store) => acknowledging(store, (present, seen) => present.updates === seen.updates),
}

/** What came between snapshot and acknowledgement is never sent. */
export const acknowledgeAll: Canary = {
  name: 'acknowledge all',
  faultClass: 'calm',
  hot: (store) => acknowledging(store, () => true),
}

/** Rows that pass for the snapshot's are acknowledged as if they were. */
function acknowledging(store: MemoryHotStore, passes: (present: Row, seen: Row) => boolean): MemoryHotStore {
  return replacing<MemoryHotStore>(store, {
    acknowledge: async (shard, name, snapshot) => {
      const rows: Snapshot['rows'][number][] = []
      for (const seen of snapshot.rows) {
        const hash = store.redis.hash(redisKeys(KEY_PREFIX).shard(shard).rows(name, seen.period))
        const packed = hash.get(seen.field) as Buffer | undefined
        const isTaken = packed !== undefined && passes(unpackRow(accumulatorOf(name), packed), seen.row)
        rows.push(isTaken ? { ...seen, packed } : seen)
      }
      return store.acknowledge(shard, name, { ...snapshot, rows })
    },
  })
}

function accumulatorOf(name: string): Accumulator {
  return name === flows.name ? flows : sessions
}
