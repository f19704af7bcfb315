/** A row of an older history goes on with its sums under the new origin: the views add up what is in both. */
import { type ApplyCall, type HotStore, packRow, type Row } from '@weir/accumulator'
import { redisKeys } from '@weir/testkit'
import { accumulatorNamed } from '../plan/accumulators.ts'
import { KEY_PREFIX } from '../servers/redis-server.ts'
import { replacing } from '../servers/replacing.ts'
import type { Canary } from './canary.ts'
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
  hot: (store, { server }) =>
    replacing<HotStore>(store, {
      apply: async (shard, call) => {
        const before = await touchedRows(store, shard, call)
        const outcome = await store.apply(shard, call)
        const after = await touchedRows(store, shard, call)
        for (const [index, { accumulator, period, key, row }] of after.entries()) {
          const old = before[index]?.row
          if (old === undefined || row === undefined || old.origin === row.origin) continue
          const definition = accumulatorNamed(accumulator)
          const rows = redisKeys(KEY_PREFIX).shard(shard).rows(accumulator, period)
          await server.content.setField(rows, key, packRow(definition, addRows(definition, row, old)))
        }
        return outcome
      },
    }),
}

async function touchedRows(store: HotStore, shard: number, { segments }: ApplyCall): Promise<Touched[]> {
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
