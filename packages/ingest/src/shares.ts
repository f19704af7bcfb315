/** A request's ticks by shard: which they are, and what they add to the rows of each accumulator. */
import { assert, type EventBatch, type FoldedEvents, foldEvents, type Layout, shardOf } from '@weir/accumulator'

export interface Share {
  readonly shard: number
  /** The ticks, as indexes into the columns, in their order. */
  readonly indexes: Int32Array
  readonly folded: FoldedEvents
}

/** Throws FieldOverflowError where the ticks of one request alone exceed a field. */
export function foldShares(layout: Layout, events: EventBatch): Share[] {
  return splitByShard(events, layout.shards).map(({ shard, indexes }) => {
    return { shard, indexes, folded: foldEvents(layout, events, indexes) }
  })
}

function splitByShard(events: EventBatch, shards: number): { shard: number; indexes: Int32Array }[] {
  const [keys] = events.texts
  assert(keys !== undefined, 'events are sharded by their first text')
  const shardOfKey = keys.values.map((key) => shardOf(key, shards))
  const counts = new Int32Array(shards)
  for (let index = 0; index < events.count; index++) {
    const shard = shardOfKey[keys.ids[index] as number] as number
    counts[shard] = (counts[shard] as number) + 1
  }
  const ofShard = Array.from(counts, (count) => new Int32Array(count))
  counts.fill(0)
  for (let index = 0; index < events.count; index++) {
    const shard = shardOfKey[keys.ids[index] as number] as number
    const at = counts[shard] as number
    ;(ofShard[shard] as Int32Array)[at] = index
    counts[shard] = at + 1
  }
  return ofShard.flatMap((indexes, shard) => (indexes.length === 0 ? [] : { shard, indexes }))
}
