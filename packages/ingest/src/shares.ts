/** A request's ticks by shard: which they are, and what they add to the rows of each accumulator. */
import { type EventBatch, type FoldedEvents, foldEvents, type Layout, shardOf } from '@weir/accumulator'

export interface Share {
  readonly shard: number
  /** The ticks, as indexes into the columns, in their order. */
  readonly indexes: readonly number[]
  readonly folded: FoldedEvents
}

/** Throws FieldOverflowError where the ticks of one request alone exceed a field. */
export function foldShares(layout: Layout, events: EventBatch): Share[] {
  return splitByShard(events, layout.shards).map(({ shard, indexes }) => {
    return { shard, indexes, folded: foldEvents(layout, events, indexes) }
  })
}

function splitByShard(events: EventBatch, shards: number): { shard: number; indexes: number[] }[] {
  const [symbols = []] = events.texts
  const bySymbol = new Map<string, number[]>()
  const byShard = new Map<number, number[]>()
  for (const [index, symbol] of symbols.entries()) {
    let indexes = bySymbol.get(symbol)
    if (indexes === undefined) {
      const shard = shardOf(symbol, shards)
      indexes = byShard.get(shard) ?? []
      byShard.set(shard, indexes)
      bySymbol.set(symbol, indexes)
    }
    indexes.push(index)
  }
  return [...byShard].map(([shard, indexes]) => ({ shard, indexes }))
}
