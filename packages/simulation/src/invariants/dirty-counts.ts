/** The dirty rows that the records of periods count are those of the dirty set: by them a period is dropped. */
import type { Coverage } from '@weir/accumulator'
import type { InvariantOf } from './invariant.ts'

const LOOKED_AT: ReadonlySet<string> = new Set(['apply', 'acknowledge', 'drop', 'markDirty'])

export const dirtyCounts: InvariantOf = ({ accumulators }) => ({
  name: 'dirty counts equal the dirty set',
  onRedis: async ({ server, method, args }) => {
    if (!LOOKED_AT.has(method)) return undefined
    const shard = args[0] as number
    const { dirty } = await server.store.readDepth(shard)
    const { periods }: Coverage = await server.store.readCoverage(shard)
    for (const { name } of accumulators) {
      const counted = periods.reduce((sum, record) => sum + (record.accumulator === name ? record.dirty : 0), 0)
      if (counted !== (dirty[name] ?? 0)) return `${counted} rows of ${name} by the records of shard ${shard}, ${dirty[name]} in the set`
    }
    return undefined
  },
})
