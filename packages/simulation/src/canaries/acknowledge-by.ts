/** Acknowledgements that do not hold the whole row to the snapshot's. */
import { type HotStore, packRow, type Row, type Snapshot } from '@weir/accumulator'
import { accumulatorNamed } from '../plan/accumulators.ts'
import { replacing } from '../servers/replacing.ts'
import type { Canary } from './canary.ts'

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
function acknowledging(store: HotStore, passes: (present: Row, seen: Row) => boolean): HotStore {
  return replacing<HotStore>(store, {
    acknowledge: async (shard, name, snapshot) => {
      const rows: Snapshot['rows'][number][] = []
      for (const seen of snapshot.rows) {
        const page = await store.readRows(shard, name, seen.period, { kind: 'keys', keys: [seen.key] })
        const present = page.rows.find(({ field }) => field === seen.field)?.row
        const isTaken = present !== undefined && passes(present, seen.row)
        rows.push(isTaken ? { ...seen, packed: packRow(accumulatorNamed(name), present) } : seen)
      }
      return store.acknowledge(shard, name, { ...snapshot, rows })
    },
  })
}
