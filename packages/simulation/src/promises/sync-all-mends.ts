/**
 * PostgreSQL that lost commits gets back, by `weir sync --all`, what Redis still holds: every row of it, as it is. What is missing
 * before is what `weir verify` shows, which compares the same rows.
 */
import type { EndPromise } from '../fault-class.ts'
import { syncAll } from '../finish.ts'
import type { World } from '../world/world.ts'

export const syncAllMends: EndPromise = {
  name: 'sync --all mends what PostgreSQL lost',
  check: async (world) => {
    await markAllDirty(world)
    for (const { deps } of world.workers) deps.coverages.forgetWritten()
    await syncAll(world, () => undefined)
    return firstLacking(world)
  },
}

async function markAllDirty(world: World): Promise<void> {
  for (let shard = 0; shard < world.layout.shards; shard++) {
    const { store } = world.nodeOf(shard).first
    for (const { accumulator, period } of (await store.readCoverage(shard)).periods) {
      await store.markDirty(shard, accumulator, period)
    }
  }
}

async function firstLacking(world: World): Promise<string | undefined> {
  for (let shard = 0; shard < world.layout.shards; shard++) {
    const { store } = world.nodeOf(shard).first
    for (const { accumulator, period } of (await store.readCoverage(shard)).periods) {
      const { rows } = await store.readRows(shard, accumulator, period, { kind: 'page', cursor: '0', rowsMax: 1000 })
      const parts = await world.database.store.readParts(accumulator, period, { shard })
      for (const { key, row } of rows) {
        const part = parts.find((candidate) => candidate.key === key && candidate.row.origin === row.origin)
        const isThere = part !== undefined && row.slots.every((value, slot) => value === part.row.slots[slot])
        if (!isThere)
          return `${accumulator} ${period} ${key} has ${row.updates} ticks, and PostgreSQL ${part?.row.updates ?? 0}`
      }
    }
  }
  return undefined
}
