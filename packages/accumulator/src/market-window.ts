/** A row of the market accumulator as the formulas of `market-analytics.ts` take it: a calculation from outside counts first. */
import type { Accumulator, Field } from './accumulator.ts'
import { assert } from './assert.ts'
import { limbsToBigInt } from './limbs.ts'
import type { MarketWindow } from './market-analytics.ts'
import type { Row } from './row.ts'

export function marketWindowOf(accumulator: Accumulator, { slots }: Row): MarketWindow {
  const field = (name: string) => fieldOf(accumulator, name)
  const number = ({ slot }: Field) => Number(limbsToBigInt(slots[slot] as number, slots[slot + 1] as number))
  const score = field('net_score')
  // A calculation sets all of its fields together; a time of 0 is that of none.
  if (slots[score.slot + 2] === 0) {
    return {
      bought: number(field('buy_volume')),
      sold: number(field('sell_volume')),
      activity: number(field('ticks')),
      score: undefined,
    }
  }
  return {
    bought: number(field('buying_count')),
    sold: number(field('selling_count')),
    activity: number(field('activity_count')),
    score: number(score) / 10 ** (score.digits ?? 0),
  }
}

function fieldOf({ fieldList, name }: Accumulator, of: string): Field {
  const field = fieldList.find((candidate) => candidate.name === of)
  assert(field !== undefined, () => `${name} has a field ${of}`)
  return field
}
