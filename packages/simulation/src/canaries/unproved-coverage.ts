/**
 * Coverage is written without proof that Redis's disk has it, or that the same Redis answers still. Snapshots of rows are
 * proved all the same.
 */
import type { Durability, DurabilityReceipt, HotStore } from '@weir/accumulator'
import { replacing } from '../servers/replacing.ts'
import type { Canary } from './canary.ts'

/** Whatever became of the disk and of the server. */
export const unprovedCoverage: Canary = {
  name: 'coverage written without its receipt',
  faultClass: 'two-masters',
  hot: (store) => provedWhere(store, () => true),
}

/** The same server is asked for, its disk is not waited for. */
export const pendingCoverage: Canary = {
  name: 'coverage written while its proof is pending',
  faultClass: 'everything-everysec',
  hot: (store) => provedWhere(store, ({ kind }) => kind === 'pending'),
}

/** Of snapshots without rows, which coverage takes for their receipts alone; another server may be asked of them. */
const ofCoverage = new WeakSet<DurabilityReceipt>()

function provedWhere(store: HotStore, passes: (durability: Durability) => boolean): HotStore {
  return replacing<HotStore>(store, {
    snapshot: async (shard, accumulator, request) => {
      const snapshot = await store.snapshot(shard, accumulator, request)
      if (request.rowsMax === 0) ofCoverage.add(snapshot.receipt)
      return snapshot
    },
    durabilityOf: async (receipt) => {
      const durability = await store.durabilityOf(receipt)
      return ofCoverage.has(receipt) && passes(durability) ? { kind: 'durable' } : durability
    },
  })
}
