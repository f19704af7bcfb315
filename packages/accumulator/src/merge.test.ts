// Goal: a row is the same however its events were split into batches. Method: random ticks with ties, random splits, and
// an oracle that keeps bigints and goes tick by tick.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventBatch } from './event-batch.ts'
import { Fold } from './fold.ts'
import { limbsToBigInt } from './limbs.ts'
import { merge, restart } from './merge.ts'
import { emptyRow, type Row } from './row.ts'
import { sessionsAccumulator } from './sessions.ts'

const sessions = sessionsAccumulator({ priceDigits: 4, volumeDigits: 0, zone: 'America/New_York' })
const ORIGIN = '0000000000000001aaaaaaaaaaaaaaaa'
const NOON_US = 1_381_161_600_000_000

type Readable = Record<keyof typeof sessionsFields, bigint>
const sessionsFields = {
  ticks: 0,
  volume: 0,
  notional: 0,
  open: 0,
  high: 0,
  low: 0,
  close: 0,
  high_count: 0,
  low_count: 0,
  previous_price: 0,
}

interface PlainTick {
  price: bigint
  volume: bigint
  timeUs: number
}

const smallTick = fc.record({
  price: fc.bigInt(1n, 12n),
  volume: fc.bigInt(0n, 5n),
  timeUs: fc.integer({ min: NOON_US, max: NOON_US + 6 }),
})
const hugeTick = fc.record({
  price: fc.bigInt(1n, 2n ** 63n - 1n),
  volume: fc.bigInt(0n, 2n ** 26n),
  timeUs: fc.integer({ min: NOON_US, max: NOON_US + 3_600_000_000 }),
})
const splitTicks = (tick: fc.Arbitrary<PlainTick>) => fc.array(fc.array(tick, { maxLength: 12 }), { maxLength: 6 })

describe('merge', () => {
  it('gives the row that a tick-by-tick oracle gives, for any split into batches', () => {
    fc.assert(
      fc.property(fc.oneof(splitTicks(smallTick), splitTicks(hugeTick)), (batches) => {
        const row = batches.reduce(applyBatch, emptyRow(sessions, ORIGIN))
        expect(readable(row)).toEqual(oracle(batches.flat()))
      }),
      { numRuns: 500 },
    )
  })

  it('gives one row for all splits of the same ticks', () => {
    fc.assert(
      fc.property(splitTicks(smallTick), (batches) => {
        const split = batches.reduce(applyBatch, emptyRow(sessions, ORIGIN))
        const whole = applyBatch(emptyRow(sessions, ORIGIN), batches.flat())
        expect(split).toEqual(whole)
      }),
      { numRuns: 300 },
    )
  })

  it('counts records exactly after a restart under a new origin: extremes go on, counts start at zero', () => {
    fc.assert(
      fc.property(fc.array(smallTick, { minLength: 1 }), fc.array(smallTick), (before, after) => {
        const old = applyBatch(emptyRow(sessions, ORIGIN), before)
        const fresh = applyBatch(restart(sessions, old, ORIGIN.replace('1', '2')), after)
        const whole = readable(applyBatch(old, after))
        const sums = readable(fresh)
        const previous = readable(old)
        expect(sums.ticks + previous.ticks).toBe(whole.ticks)
        expect(sums.high_count + previous.high_count).toBe(whole.high_count)
        expect(sums.low_count + previous.low_count).toBe(whole.low_count)
        expect([sums.high, sums.low, sums.open, sums.close]).toEqual([whole.high, whole.low, whole.open, whole.close])
      }),
      { numRuns: 300 },
    )
  })

  it('says overflow, and which field, when a sum leaves int64', () => {
    const row = applyBatch(emptyRow(sessions, ORIGIN), [{ price: 1n, volume: 2n ** 63n - 1n, timeUs: NOON_US }])
    const fold = new Fold(sessions)
    fold.add(batchOf([{ price: 1n, volume: 1n, timeUs: NOON_US }]), 0)
    expect(merge(sessions, row, fold.deltas()[0] as never)).toEqual({ kind: 'overflow', field: 'volume' })
  })

  it('refuses a batch whose own sum leaves its range', () => {
    const fold = new Fold(sessions)
    const batch = batchOf([
      { price: 1n, volume: 2n ** 63n - 1n, timeUs: NOON_US },
      { price: 1n, volume: 1n, timeUs: NOON_US },
    ])
    fold.add(batch, 0)
    expect(() => fold.add(batch, 1)).toThrow(/volume.*exceeds an int64/)
  })

  it('refuses a negative value for a sum, which could never be joined', () => {
    const fold = new Fold(sessions)
    expect(() => fold.add(batchOf([{ price: 1n, volume: -1n, timeUs: NOON_US }]), 0)).toThrow(
      /negative value for the sum/,
    )
  })

  it('counts accepted events by period, apart from the rows', () => {
    const fold = new Fold(sessions)
    const batch = batchOf(
      [NOON_US, NOON_US, NOON_US + 86_400_000_000].map((timeUs) => ({ price: 1n, volume: 1n, timeUs })),
    )
    for (let index = 0; index < 3; index++) fold.add(batch, index)
    expect(fold.parts().map(({ period, accepted }) => [period, accepted])).toEqual([
      [15985, 2],
      [15986, 1],
    ])
  })
})

function batchOf(ticks: readonly PlainTick[]): EventBatch {
  const batch = new EventBatch(sessions.input)
  ticks.forEach(({ price, volume, timeUs }, index) => batch.add(index, timeUs, ['SPY'], [price, volume]))
  return batch
}

function applyBatch(row: Row, ticks: readonly PlainTick[]): Row {
  const fold = new Fold(sessions)
  const batch = batchOf(ticks)
  for (let index = 0; index < batch.count; index++) fold.add(batch, index)
  const delta = fold.deltas()[0]
  if (delta === undefined) return row
  const outcome = merge(sessions, row, delta)
  if (outcome.kind === 'overflow') throw new Error(`overflow of ${outcome.field}`)
  return outcome.row
}

function readable(row: Row): Readable {
  const value = (slot: number) => limbsToBigInt(row.slots[slot] as number, row.slots[slot + 1] as number)
  return Object.fromEntries(sessions.fieldList.map((field) => [field.name, value(field.slot)])) as Readable
}

function oracle(ticks: readonly PlainTick[]): Readable {
  const state = readable(emptyRow(sessions, ORIGIN))
  let openTime = Number.POSITIVE_INFINITY
  let closeTime = 0
  ticks.forEach(({ price, volume, timeUs }, index) => {
    state.ticks += 1n
    state.volume += volume
    state.notional += price * volume
    if (index > 0 && price > state.high) state.high_count += 1n
    if (index > 0 && price < state.low) state.low_count += 1n
    if (index === 0 || price > state.high) state.high = price
    if (index === 0 || price < state.low) state.low = price
    if (timeUs < openTime) [openTime, state.open] = [timeUs, price]
    if (timeUs >= closeTime) [closeTime, state.close] = [timeUs, price]
    state.previous_price = price
  })
  return state
}
