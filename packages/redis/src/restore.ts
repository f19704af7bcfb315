/** Marks and floors from PostgreSQL, for a shard that was wiped. */
import type { RestoredShard } from '@weir/accumulator'
import type { StoreContext } from './store-context.ts'

/** Marks a script call: a shard may have known very many producers. */
const MARKS_PAGE = 1000

/** The last page alone lets the shard open, so a half-done restore is not one. */
export async function restoreShard(
  context: StoreContext,
  shard: number,
  { marks, floors }: RestoredShard,
): Promise<void> {
  const keys = [context.keysOf(shard).meta, context.keysOf(shard).marks]
  const entries = [...marks]
  while (entries.length > MARKS_PAGE) {
    const page = entries.splice(0, MARKS_PAGE)
    await context.run('restore', keys, ['0', page.length, ...page.flat()])
  }
  await context.run('restore', keys, ['1', entries.length, ...entries.flat(), ...[...floors].flat()])
}
