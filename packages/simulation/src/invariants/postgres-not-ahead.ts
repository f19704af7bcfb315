/** The barrier: what is upserted lies on the disk of the Redis that it came from. */
import type { ColdRow, Snapshot } from '@weir/accumulator'
import type { SimulatedRedis } from '../world/simulated-redis.ts'
import type { InvariantOf } from './invariant.ts'

interface Seen {
  readonly server: SimulatedRedis
  /** How many writes the snapshot saw. */
  readonly writes: number
  /** How often the end of the server's log had been lost by then. */
  readonly cuts: number
}

export const postgresNotAhead: InvariantOf = () => {
  const seenOf = new WeakMap<object, Seen>()
  return {
    name: "PostgreSQL is never ahead of Redis's disk",
    onRedis: ({ server, method, result, writesBefore }) => {
      if (method === 'snapshot')
        seenOf.set((result as Snapshot).rows, { server, writes: writesBefore, cuts: server.cuts.length })
      return undefined
    },
    onPostgres: ({ method, args }) => {
      const rows = args[2] as readonly ColdRow[]
      const seen = method === 'upsert' ? seenOf.get(rows) : undefined
      if (seen === undefined) return undefined
      const { server, writes, cuts } = seen
      const onDisk = Math.min(server.disk.synced, ...server.cuts.slice(cuts))
      if (writes <= onDisk) return undefined
      return `a snapshot that saw ${writes} writes is upserted, and ${onDisk} of these are on the disk`
    },
  }
}
