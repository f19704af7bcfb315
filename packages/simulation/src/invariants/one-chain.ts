/** The states of a row under one origin are one chain: as many ticks, the same row, on whichever server it was read. */
import type { Snapshot } from '@weir/accumulator'
import type { InvariantOf } from './invariant.ts'

export const oneChain: InvariantOf = () => {
  const states = new Map<string, Buffer>()
  return {
    name: "an origin's rows are one chain",
    onRedis: ({ method, args, result }) => {
      if (method !== 'snapshot') return undefined
      for (const { period, key, packed, row } of (result as Snapshot).rows) {
        const name = `${String(args[1])} ${period} ${key} ${row.origin} with ${row.updates} ticks`
        const known = states.get(name)
        if (known === undefined) states.set(name, packed)
        else if (!known.equals(packed)) return `two different rows are ${name}`
      }
      return undefined
    },
  }
}
