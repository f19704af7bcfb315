/**
 * An acknowledgement re-scores rows on whatever server it reaches. A second master's row may hold what the snapshot of the first
 * has not, from before its time: a mark over that is then taken for covered.
 */
import { replacing } from '../servers/replacing.ts'
import type { Canary } from './canary.ts'

export const reScoredByAnotherServer: Canary = {
  name: 'rows re-scored by another server than the snapshot was taken from',
  faultClass: 'two-masters',
  hot: (store, { server }) =>
    replacing<typeof store>(store, {
      acknowledge: (shard, accumulator, snapshot) => {
        const { runId, replicationId } = server
        const receipt = { ...snapshot.receipt, runId, replicationId }
        return store.acknowledge(shard, accumulator, { ...snapshot, receipt })
      },
    }),
}
