/** A request's ticks by shard: which they are, and what they add to the rows of each accumulator. */
import {
  type Accumulator,
  type Delta,
  type EventBatch,
  Fold,
  type Layout,
  type SegmentPart,
  shardOf,
} from '@weir/accumulator'

export interface Share {
  readonly shard: number
  /** The ticks, as indexes into the columns, in their order. */
  readonly indexes: readonly number[]
  readonly parts: readonly SegmentPart[]
}

/** Throws FieldOverflowError where the ticks of one request alone exceed a field. */
export function foldShares({ accumulators, shards }: Layout, events: EventBatch): Share[] {
  return splitByShard(events, shards).map(({ shard, indexes }) => {
    return { shard, indexes, parts: foldParts(accumulators, events, indexes) }
  })
}

/** The deltas of every accumulator, by period, with the ticks counted apart from them. */
export function foldParts(
  accumulators: readonly Accumulator[],
  events: EventBatch,
  indexes: readonly number[],
): SegmentPart[] {
  return accumulators.flatMap((accumulator) => {
    const fold = new Fold(accumulator)
    for (const index of indexes) fold.add(events, index)
    const byPeriod = Map.groupBy(fold.deltas(), (delta: Delta) => delta.period)
    return [...fold.accepted()].map(([period, accepted]) => ({
      accumulator: accumulator.name,
      period,
      accepted,
      deltas: byPeriod.get(period) ?? [],
    }))
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
