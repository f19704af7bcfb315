/** Whatever reaches PostgreSQL, in whatever order, a part only grows: a late or doubled upsert takes nothing back. */
import { type ColdPart, type ColdRow, limbsToBigInt } from '@weir/accumulator'
import type { InvariantOf } from './invariant.ts'

export const partsNeverShrink: InvariantOf = ({ database }) => {
  const seen = new Map<string, ColdPart>()
  return {
    name: 'parts never shrink',
    onPostgres: async ({ method, args }) => {
      if (method !== 'upsert') return undefined
      const [accumulator, , rows] = args as [string, number, readonly ColdRow[]]
      for (const [period, ofPeriod] of Map.groupBy(rows, (row) => row.period)) {
        const keys = [...new Set(ofPeriod.map(({ key }) => key))]
        for (const part of await database.store.readParts(accumulator, period, { keys })) {
          const name = `${accumulator} ${period} ${part.key} ${part.row.origin}`
          const before = seen.get(name)
          if (before !== undefined && hasShrunk(before, part))
            return `${name}: from ${before.row.updates} ticks to ${part.row.updates}`
          seen.set(name, part)
        }
      }
      return undefined
    },
  }
}

/** By its ticks, and by its first sum. */
function hasShrunk({ row: before }: ColdPart, { row: after }: ColdPart): boolean {
  return after.updates < before.updates || firstSum(after.slots) < firstSum(before.slots)
}

function firstSum(slots: Float64Array): bigint {
  return limbsToBigInt(slots[0] as number, slots[1] as number)
}
