/** Rows leave the dirty set as they are read: a worker that dies before PostgreSQL has them leaves them nowhere. */
import { replacing } from '../servers/replacing.ts'
import type { Canary } from './canary.ts'

export const popBeforeWrite: Canary = {
  name: 'pop before write',
  faultClass: 'workers',
  hot: (store) =>
    replacing<typeof store>(store, {
      snapshot: async (shard, accumulator, request) => {
        const snapshot = await store.snapshot(shard, accumulator, request)
        await store.acknowledge(shard, accumulator, snapshot)
        return snapshot
      },
      acknowledge: async (_shard, _accumulator, { rows, missing }) => ({
        cleaned: rows.length + missing.length,
        moved: 0,
      }),
    }),
}
