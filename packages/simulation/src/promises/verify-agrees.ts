/**
 * What `weir verify` proves on a live system: the ticks accepted, counted by request and apart from the rows, are the ticks of
 * the rows, for each accumulator, period and shard.
 */
import type { Accumulator } from '@weir/accumulator'
import type { EndPromise } from '../fault-class.ts'
import type { World } from '../world/world.ts'

export const verifyAgrees: EndPromise = {
  name: 'accepted equals written',
  check: async (world) => {
    for (const accumulator of world.accumulators) {
      const gap = await findGap(world, accumulator)
      if (gap !== undefined) return gap
    }
    return undefined
  },
}

/** Everything is synced by now, so PostgreSQL has all rows; of a count, Redis or PostgreSQL may know more. */
async function findGap(world: World, { name }: Accumulator): Promise<string | undefined> {
  const updates = new Map<string, number>()
  const accepted = new Map<string, number>()
  for (const { period, shard, origin, ...total } of await world.database.store.readTotals(name)) {
    add(updates, `${name} ${period} in shard ${shard}`, total.updates)
    accepted.set(`${name} ${period} in shard ${shard} ${origin}`, total.accepted)
  }
  for (let shard = 0; shard < world.layout.shards; shard++) {
    const { periods } = await world.nodeOf(shard).first.store.readCoverage(shard)
    for (const record of periods) {
      if (record.accumulator !== name) continue
      const place = `${name} ${record.period} in shard ${shard} ${record.origin}`
      accepted.set(place, Math.max(record.accepted, accepted.get(place) ?? 0))
    }
  }
  const sums = new Map<string, number>()
  for (const [place, count] of accepted) add(sums, place.slice(0, place.lastIndexOf(' ')), count)
  for (const place of new Set([...updates.keys(), ...sums.keys()])) {
    const [counted, written] = [sums.get(place) ?? 0, updates.get(place) ?? 0]
    if (counted !== written) return `${place}: ${counted} ticks accepted, ${written} written`
  }
  return undefined
}

function add(sums: Map<string, number>, name: string, value: number): void {
  sums.set(name, (sums.get(name) ?? 0) + value)
}
