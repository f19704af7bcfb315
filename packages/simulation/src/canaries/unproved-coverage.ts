/**
 * Coverage is written without proof that Redis's disk has it, and that the same Redis answers still. Snapshots of rows are
 * proved all the same.
 */
import type { DurabilityReceipt } from '@weir/accumulator'
import { replacing } from '../servers/replacing.ts'
import type { Canary } from './canary.ts'

/** Of snapshots without rows, which coverage takes for their receipts alone; another server may be asked of them. */
const ofCoverage = new WeakSet<DurabilityReceipt>()

export const unprovedCoverage: Canary = {
  name: 'coverage written without its receipt',
  faultClass: 'redis-everysec',
  hot: (store) =>
    replacing<typeof store>(store, {
      snapshot: async (shard, accumulator, request) => {
        const snapshot = await store.snapshot(shard, accumulator, request)
        if (request.rowsMax === 0) ofCoverage.add(snapshot.receipt)
        return snapshot
      },
      durabilityOf: async (receipt) => (ofCoverage.has(receipt) ? { kind: 'durable' } : store.durabilityOf(receipt)),
    }),
}
