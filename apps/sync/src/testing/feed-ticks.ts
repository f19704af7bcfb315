/** For tests: applies ticks to a hot store as a pod would, one call a shard. */
import { EventBatch, Fold, type HotStore, type Layout, shardOf } from '@weir/accumulator'
import { systemRandom } from '@weir/service'

export interface TestTick {
  readonly symbol: string
  /** At the layout's scales. */
  readonly price: bigint
  readonly volume: bigint
  readonly timeUs: number
}

/** A shard is opened without PostgreSQL; marks are left out, the tests of ingestion have them. */
export async function feedTicks(hot: HotStore, layout: Layout, ticks: readonly TestTick[]): Promise<void> {
  const shards = Map.groupBy(ticks, ({ symbol }) => shardOf(symbol, layout.shards))
  for (const [shard, ofShard] of shards) {
    const parts = layout.accumulators.flatMap((accumulator) => {
      const batch = new EventBatch(accumulator.input)
      ofShard.forEach(({ symbol, price, volume, timeUs }, index) => batch.add(index, timeUs, [symbol], [price, volume]))
      const fold = new Fold(accumulator)
      for (let index = 0; index < batch.count; index++) fold.add(batch, index)
      return fold.parts()
    })
    const outcome = await hot.apply(shard, {
      candidate: systemRandom.hex(8),
      lane: { name: systemRandom.hex(8), sequence: 1 },
      segments: [{ mark: { kind: 'none' }, parts }],
      seeds: { kind: 'unavailable' },
      openUnrestored: true,
    })
    if (outcome.kind !== 'applied') throw new Error(`the ticks were not applied: ${outcome.kind}`)
  }
}

const FIRST_TIME_US = Date.UTC(2024, 4, 14, 14) * 1000

/** Ticks of one session, each a millisecond after the other. */
export function ticksOf(symbol: string, count: number, from = 0): TestTick[] {
  return Array.from({ length: count }, (_, index) => ({
    symbol,
    price: 1_000_000n + BigInt(index),
    volume: 10n,
    timeUs: FIRST_TIME_US + (from + index) * 1000,
  }))
}

export function symbols(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `SYM${index}`)
}
