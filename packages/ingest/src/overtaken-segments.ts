/**
 * A producer's request is let through because the mark of its home shard reaches up to its first tick. If Redis fails over
 * before a shard has its part, the home's mark may have gone back, and the producer will be told to send earlier ticks again.
 * A part that was written all the same would raise that shard's mark, and have those ticks taken for duplicates: lost. So
 * after each break of the connection the marks are read anew, and parts that no longer follow on them are not sent.
 */
import { type HotStore, type Segment, shardOf } from '@weir/accumulator'

/** The indexes of segments that no longer follow on their producer's mark. Throws a StoreError. */
export async function overtakenSegments(
  hot: Pick<HotStore, 'readMark'>,
  shards: number,
  segments: readonly Segment[],
): Promise<number[]> {
  const overtaken = await Promise.all(
    segments.map(async ({ mark }, index) => {
      // The home shard judges gaps itself.
      if (mark.kind !== 'producer' || mark.home) return []
      const homeMark = (await hot.readMark(shardOf(mark.name, shards), mark.name)) ?? 0
      return homeMark < mark.first - 1 ? [index] : []
    }),
  )
  return overtaken.flat()
}
