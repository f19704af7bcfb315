/** What Weir holds: the sums of all rows in Redis, read row by row. */
import { type HotStore, type Layout, limbsToBigInt } from '@weir/accumulator'
import type { Counted } from './contender.ts'

const ACCUMULATOR = 'sessions'
const PAGE_ROWS = 5000

export async function countedInWeir(hot: HotStore | undefined, layout: Layout): Promise<Counted> {
  if (hot === undefined) throw new Error('the hot store is open')
  const sessions = layout.accumulators.find(({ name }) => name === ACCUMULATOR)
  const slots = ['ticks', 'volume'].map((field) => sessions?.fieldList.find(({ name }) => name === field)?.slot ?? -1)
  const sums = [0n, 0n]
  let rows = 0
  for (let shard = 0; shard < layout.shards; shard++) {
    const { periods } = await hot.readCoverage(shard)
    for (const { accumulator, period } of periods) {
      if (accumulator !== ACCUMULATOR) continue
      let cursor = '0'
      do {
        const page = await hot.readRows(shard, accumulator, period, { kind: 'page', cursor, rowsMax: PAGE_ROWS })
        rows += page.rows.length
        for (const { row } of page.rows) {
          for (const [index, slot] of slots.entries()) {
            sums[index] = (sums[index] ?? 0n) + limbsToBigInt(row.slots[slot] ?? 0, row.slots[slot + 1] ?? 0)
          }
        }
        cursor = page.cursor
      } while (cursor !== '0')
    }
  }
  return { ticks: Number(sums[0]), volume: Number(sums[1]), rows }
}
