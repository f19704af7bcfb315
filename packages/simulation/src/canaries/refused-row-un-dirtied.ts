/** A row that PostgreSQL refuses is taken out of the dirty set: nobody sends it again, and marks are written over it. */
import { keyOfField } from '@weir/accumulator'
import { replacing } from '../servers/replacing.ts'
import type { Canary } from './canary.ts'

export const refusedRowUnDirtied: Canary = {
  name: 'a refused row un-dirtied',
  faultClass: 'full',
  hot: (store) =>
    replacing<typeof store>(store, {
      quarantine: async (shard, accumulator, { rows }) => {
        const only = rows.map(({ period, field }) => ({ period, key: keyOfField(field) }))
        await store.acknowledge(
          shard,
          accumulator,
          await store.snapshot(shard, accumulator, { rowsMax: 1, skip: 0, only }),
        )
        return { added: rows.length, again: 0, left: 0 }
      },
    }),
}
