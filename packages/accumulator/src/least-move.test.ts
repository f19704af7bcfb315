import { describe, expect, it } from 'vitest'
import { Deltas } from './deltas.ts'
import { EventBatch } from './event-batch.ts'
import { foldColumns } from './fold-columns.ts'
import { limbsToBigInt } from './limbs.ts'
import { merge } from './merge.ts'
import { emptyRow, type Row } from './row.ts'
import { sessionsAccumulator } from './sessions.ts'

const scales = { priceDigits: 2, volumeDigits: 0, zone: 'UTC' }
const sessions = sessionsAccumulator({ ...scales, minMoveBps: 100 })

/** The row after these prices, each batch merged by itself. */
function rowAfter(batches: readonly (readonly number[])[]): Record<string, number> {
  let row: Row = emptyRow(sessions, '0'.repeat(32))
  let timeUs = 1_000_000
  for (const prices of batches) {
    const batch = new EventBatch(sessions.input)
    for (const [index, price] of prices.entries()) batch.add(index, timeUs++, ['A'], [price, 1])
    const { columns } = foldColumns(sessions, batch, batch.indexes(), undefined)
    const outcome = merge(sessions, row, new Deltas(0, columns).at(0))
    if (outcome.kind !== 'merged') throw new Error(outcome.field)
    row = outcome.row
  }
  const { slots } = row
  return Object.fromEntries(
    sessions.fieldList.map(({ name, slot }) => [
      name,
      Number(limbsToBigInt(slots[slot] as number, slots[slot + 1] as number)),
    ]),
  )
}

describe('a high or low with a least move of 1 %', () => {
  // The first tick, 100.00, is what the first event is measured by; then each event is.
  const rising = [10_000, 10_050, 10_099, 10_100, 10_150, 10_200, 10_201, 10_000]
  const falling = [10_000, 9950, 9901, 9900, 9850, 9801, 9800]

  it('is an event only that far beyond the price of the last one, and raises the high all the same', () => {
    expect(rowAfter([rising])).toMatchObject({
      high: 10_201,
      high_count: 2,
      low_count: 0,
      last_high_event_price: 10_201,
    })
    expect(rowAfter([falling])).toMatchObject({ low: 9800, low_count: 2, high_count: 0, last_low_event_price: 9801 })
  })

  it('does not depend on how the ticks are cut into batches', () => {
    for (const prices of [rising, falling, [...rising, ...falling]]) {
      const whole = rowAfter([prices])
      expect(rowAfter(prices.map((price) => [price]))).toEqual(whole)
      expect(rowAfter([prices.slice(0, 3), prices.slice(3, 5), prices.slice(5)])).toEqual(whole)
    }
  })
})
