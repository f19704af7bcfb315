/**
 * Which row each event of a batch feeds, as numbers from 0: those of one period side by side, in the order in which they are first
 * fed.
 */
import type { PeriodClock } from './period.ts'
import { foldScratch } from './scratch.ts'

export interface EventRows {
  readonly count: number
  /** The row of each event, by its place in the given indexes. */
  readonly ofEvent: Int32Array
  /** By row. */
  readonly periods: readonly number[]
  readonly keyIds: readonly number[]
}

/** `keyIds`: by event index, below `keys`. What it gives lives until the next fold. */
export function rowsOf(
  clock: PeriodClock,
  timeUs: Float64Array,
  indexes: ArrayLike<number>,
  keyIds: Int32Array,
  keys: number,
): EventRows {
  const ofEvent = foldScratch.integers(indexes.length, 0)
  const periods: number[] = []
  const ofRow: number[] = []
  const byPeriod = new Map<number, Int32Array>()
  let startUs = 0
  let endUs = 0
  let period = 0
  let rowOfKey: Int32Array = NO_ROWS
  for (let place = 0; place < indexes.length; place++) {
    const index = indexes[place] as number
    const time = timeUs[index] as number
    if (time < startUs || time >= endUs) {
      period = clock.idOf(time)
      startUs = clock.startUs(period)
      endUs = clock.endUs(period)
      rowOfKey = byPeriod.get(period) ?? foldScratch.integers(keys, -1)
      byPeriod.set(period, rowOfKey)
    }
    const key = keyIds[index] as number
    let row = rowOfKey[key] as number
    if (row < 0) {
      row = periods.push(period) - 1
      ofRow.push(key)
      rowOfKey[key] = row
    }
    ofEvent[place] = row
  }
  const rows = { count: periods.length, ofEvent, periods, keyIds: ofRow }
  return byPeriod.size > 1 ? sortByPeriod(rows, [...byPeriod.keys()]) : rows
}

/** Numbers the rows anew. */
function sortByPeriod({ count, ofEvent, periods, keyIds }: EventRows, order: readonly number[]): EventRows {
  const nextOf = new Map<number, number>(order.map((period) => [period, 0]))
  for (const period of periods) nextOf.set(period, (nextOf.get(period) as number) + 1)
  let start = 0
  for (const [period, rows] of nextOf) {
    nextOf.set(period, start)
    start += rows
  }
  const sorted = { periods: periods.slice(), keyIds: keyIds.slice() }
  const numberOf = foldScratch.integers(count, 0)
  for (let row = 0; row < count; row++) {
    const period = periods[row] as number
    const number = nextOf.get(period) as number
    nextOf.set(period, number + 1)
    numberOf[row] = number
    sorted.periods[number] = period
    sorted.keyIds[number] = keyIds[row] as number
  }
  for (let place = 0; place < ofEvent.length; place++) ofEvent[place] = numberOf[ofEvent[place] as number] as number
  return { count, ofEvent, ...sorted }
}

const NO_ROWS = new Int32Array(0)
