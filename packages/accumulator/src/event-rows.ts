/** Which row each event of a batch feeds, as numbers: rows are counted from 0 in the order in which they are first fed. */
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
  return { count: periods.length, ofEvent, periods, keyIds: ofRow }
}

const NO_ROWS = new Int32Array(0)
