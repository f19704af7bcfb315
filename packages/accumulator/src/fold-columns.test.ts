import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defineAccumulator } from './accumulator.ts'
import { Deltas } from './deltas.ts'
import { DIRECTIONS } from './direction.ts'
import { EventBatch } from './event-batch.ts'
import { count, EVENT_TIME, first, last, latest, max, min, net, product, records, sum } from './field.ts'
import { FieldOverflowError } from './field-steps.ts'
import { Fold } from './fold.ts'
import { type FoldedRows, foldColumns } from './fold-columns.ts'
import { window } from './period.ts'
import type { Delta } from './row.ts'

const input = { name: 'events', texts: ['symbol', 'venue'], measures: { price: 4, size: 0, change: 2 } }
const posted = { name: 'posted', texts: ['symbol', 'venue'], measures: { highs: 0 } }
const period = window({ seconds: 10, column: 'window_start' })
const fields = {
  events: count(),
  ups: count({ when: 'up' }),
  sizes: sum('size'),
  sold: sum('size', { when: 'down' }),
  turnover: sum(product('price', 'size')),
  flow: net('change'),
  high: max('price'),
  low: min('change'),
  highs: records('high', { plus: { from: 'posted', of: 'highs' } }),
  lows: records('low'),
  opening: first('change'),
  closing: last('price'),
  newest: latest('change'),
  from_at: min(EVENT_TIME),
  to_at: max(EVENT_TIME),
}
const feeds = [
  { input, constants: { desk: 'one' } },
  { input: posted, constants: { desk: 'two' } },
]
const accumulators = [['symbol'], ['symbol', 'venue'], ['desk'], ['desk', 'venue']].map((key) =>
  defineAccumulator({ name: 'all', table: 'all_parts', period, key, feeds, fields }),
)

const value = fc.oneof(
  { weight: 8, arbitrary: fc.bigInt(0n, 9n) },
  { weight: 1, arbitrary: fc.bigInt(2n ** 51n, 2n ** 53n + 3n) },
  { weight: 1, arbitrary: fc.bigInt(0n, 2n ** 62n) },
)
const event = fc.record({
  symbol: fc.constantFrom('A', 'B', 'é'),
  venue: fc.constantFrom('X', 'Y'),
  timeUs: fc.nat(25_000_000),
  price: value,
  size: value,
  change: fc.tuple(value, fc.boolean()).map(([magnitude, negative]) => (negative ? -magnitude : magnitude)),
  sumsOnly: fc.integer({ min: 0, max: 5 }).map((die) => die === 0),
  direction: fc.nat(3),
})

describe('the fold by columns', () => {
  it('gives the deltas that events folded one after another give', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), fc.constantFrom(...accumulators), (events, accumulator) => {
        const batch = new EventBatch(input)
        for (const [index, { timeUs, symbol, venue, price, size, change, sumsOnly }] of events.entries()) {
          batch.add(index, timeUs, [symbol, venue], [price, size, change])
          if (sumsOnly) batch.sumsOnly.add(index)
        }
        const indexes = batch.indexes().filter((index) => index % 7 !== 3)
        const directions = Uint8Array.from(indexes, (index) => events[index]?.direction ?? 0)
        const oneByOne = () => {
          const fold = new Fold(accumulator, input)
          indexes.forEach((index, place) => fold.add(batch, index, DIRECTIONS[directions[place] as number]))
          return fold.deltas()
        }
        const byColumns = () => deltasOf(foldColumns(accumulator, batch, indexes, directions))
        expect(outcomeOf(byColumns)).toEqual(outcomeOf(oneByOne))
      }),
      { numRuns: 2000 },
    )
  })

  it('takes another input for the fields that it feeds alone', () => {
    const [accumulator] = accumulators
    if (accumulator === undefined) throw new RangeError('no accumulator')
    const batch = new EventBatch(posted)
    batch.add(0, 1, ['A', 'X'], [3n])
    batch.add(1, 2, ['A', 'X'], [2n ** 60n])
    const [delta] = deltasOf(foldColumns(accumulator, batch, batch.indexes(), undefined))
    const slot = accumulator.fieldList.find(({ name }) => name === 'highs')?.slot ?? 0
    expect(Array.from(delta?.slots.subarray(slot, slot + 2) ?? [])).toEqual([2 ** 12, 3])
    expect(delta).toMatchObject({ updates: 2, extremes: [[], []] })
  })
})

/** By row, as objects. */
function deltasOf({ columns, rows }: FoldedRows): Delta[] {
  return rows.periods.map((period, row) => new Deltas(period, columns).at(row))
}

/** In the order of periods and keys: the two list rows differently. */
function outcomeOf(run: () => readonly Delta[]): unknown {
  try {
    const sorted = run().toSorted((a, b) => a.period - b.period || (a.key < b.key ? -1 : 1))
    return sorted.map(({ slots, ...delta }) => ({ ...delta, slots: Array.from(slots, (slot) => slot + 0) }))
  } catch (error) {
    if (error instanceof FieldOverflowError) return 'overflow'
    throw error
  }
}
