/** A mark in PostgreSQL never says more than PostgreSQL has: what Redis counted up to it, the parts count. */
import type { Coverage } from '@weir/accumulator'
import { shownCounts } from '../oracle/shown-counts.ts'
import { nameOfOp } from '../plan/op.ts'
import type { SimulatedRedis } from '../world/simulated-redis.ts'
import type { World } from '../world/world.ts'
import type { InvariantOf } from './invariant.ts'

export const marksAreCovered: InvariantOf = (world) => ({
  name: 'marks in PostgreSQL are covered',
  onPostgres: async ({ method, args }) => {
    if (method !== 'writeCoverage') return undefined
    const [shard, { marks, origin }] = args as [number, Coverage]
    const server = await serverOf(world, shard, origin)
    if (marks.size === 0 || server === undefined) return undefined
    const shown = await shownCounts(world)
    for (const { op } of server.arrivals.present()) {
      const mark = op.shard === shard ? marks.get(op.client) : undefined
      if (mark !== undefined && op.sequence <= mark && !shown.has(op)) {
        return `the mark of ${op.client} in shard ${shard} becomes ${mark}, and ${nameOfOp(op)} is not there`
      }
    }
    return undefined
  },
})

/** Of two masters the one whose history it is; none where that is gone. */
async function serverOf(world: World, shard: number, origin: string): Promise<SimulatedRedis | undefined> {
  for (const server of world.nodeOf(shard).servers) {
    if ((await server.store.readDepth(shard)).origin === origin) return server
  }
  return undefined
}
