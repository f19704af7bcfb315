/** How much is dirty in Redis, over all shards. */
import type { HotStore } from '@weir/accumulator'
import type { DirtyDepth } from './sync-status.ts'

const US_PER_SECOND = 1_000_000

export async function readDirtyDepth(hot: HotStore, shards: number): Promise<DirtyDepth> {
  const depths = await Promise.all(Array.from({ length: shards }, (_, shard) => hot.readDepth(shard)))
  const dirty: Record<string, number> = {}
  let total = 0
  let quarantined = 0
  let oldestAgeUs = 0
  for (const depth of depths) {
    for (const [accumulator, rows] of Object.entries(depth.dirty)) {
      dirty[accumulator] = (dirty[accumulator] ?? 0) + rows
      total += rows
    }
    quarantined += Object.values(depth.quarantined).reduce((sum, rows) => sum + rows, 0)
    oldestAgeUs = Math.max(oldestAgeUs, depth.timeUs - (depth.oldestDrainableUs ?? depth.timeUs))
  }
  return { dirty, total, quarantined, oldestDirtyAgeSeconds: oldestAgeUs / US_PER_SECOND }
}
