/** A row of an older history goes on with its sums under the new origin: the views add up what is in both. */
import { type ApplyCall, packRow, type Row } from '@weir/accumulator'
import { type MemoryHotStore, redisKeys } from '@weir/testkit'
import { flows, sessions } from '../plan/accumulators.ts'
import { KEY_PREFIX } from '../world/simulated-redis.ts'
import { type Canary, replacing } from './canary.ts'
import { addRows } from './row-sums.ts'

interface Touched {
  readonly accumulator: string
  readonly period: number
  readonly key: string
  readonly row: Row | undefined
}

export const oldRowRestored: Canary = {
  name: 'an old row restored into a new origin',
  faultClass: 'redis-always',
  hot: (store) =>
    replacing<MemoryHotStore>(store, {
      apply: async (shard, call) => {
        const before = await touchedRows(store, shard, call)
        const outcome = await store.apply(shard, call)
        const after = await touchedRows(store, shard, call)
        for (const [index, { accumulator, period, key, row }] of after.entries()) {
          const old = before[index]?.row
          if (old === undefined || row === undefined || old.origin === row.origin) continue
          const definition = accumulator === flows.name ? flows : sessions
          const rows = store.redis.hash(redisKeys(KEY_PREFIX).shard(shard).rows(accumulator, period))
          rows.set(key, packRow(definition, addRows(definition, row, old)))
        }
        return outcome
      },
    }),
}

async function touchedRows(store: MemoryHotStore, shard: number, { segments }: ApplyCall): Promise<Touched[]> {
  const touched = new Map<string, Touched>()
  for (const { accumulator, period, deltas } of segments.flatMap(({ parts }) => parts)) {
    for (const { key } of deltas) {
      const { rows } = await store.readRows(shard, accumulator, period, { kind: 'keys', keys: [key] })
      touched.set(`${accumulator} ${period} ${key}`, {
        accumulator,
        period,
        key,
        row: rows.find(({ field }) => field === key)?.row,
      })
    }
  }
  return [...touched.values()]
}
