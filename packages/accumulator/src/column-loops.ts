/**
 * The loops of the fold by columns: for one field each, over the events of a share row by row, into the slots of all rows. Those
 * that add up give false where doubles do not hold the sums.
 */
import type { Accumulator, Field } from './accumulator.ts'
import { assert } from './assert.ts'
import { DIRECTIONS } from './direction.ts'
import type { EventsByRow } from './events-by-row.ts'
import { EVENT_TIME } from './field.ts'
import { LIMB } from './limbs.ts'
import type { Delta } from './row.ts'

export interface FoldTask {
  readonly accumulator: Accumulator
  readonly events: EventsByRow
  readonly deltas: readonly Delta[]
  /** The slots of all rows. */
  readonly matrix: Float64Array
}

/** As a code; -1 where events of all directions feed the field. */
export function directionOf({ spec }: Field): number {
  return 'when' in spec && spec.when !== undefined ? DIRECTIONS.indexOf(spec.when) : -1
}

/** Sums only grow, so one that ends below 2^53 was below it all the time. */
function isExact(sum: number): boolean {
  return sum >= 0 && sum <= Number.MAX_SAFE_INTEGER
}

/** How many events, or how many of one direction where the field says so. */
export function countUp({ events, deltas, matrix, accumulator: { slots: width } }: FoldTask, field: Field): void {
  const { starts, directions } = events
  const when = directionOf(field)
  for (let row = 0; row < deltas.length; row++) {
    const end = starts[row + 1] as number
    let sum = end - (starts[row] as number)
    if (when >= 0) {
      sum = 0
      for (let place = starts[row] as number; place < end; place++) if (directions?.[place] === when) sum++
    }
    putLimbs(matrix, row * width + field.slot, sum)
  }
}

/** Of the events of one direction, where the field says so. Negative values are not for sums. */
export function addUp(
  { events, deltas, matrix, accumulator: { slots: width } }: FoldTask,
  field: Field,
  measure: string,
): boolean {
  const { starts, directions } = events
  const values = events.valuesOf(measure)
  const when = directionOf(field)
  for (let row = 0; row < deltas.length; row++) {
    const end = starts[row + 1] as number
    let sum = 0
    for (let place = starts[row] as number; place < end; place++) {
      if (when >= 0 && directions?.[place] !== when) continue
      const value = values[place] as number
      if (value < 0) return false
      sum += value
    }
    if (!isExact(sum)) return false
    putLimbs(matrix, row * width + field.slot, sum)
  }
  return true
}

export function addProducts(
  { events, deltas, matrix, accumulator: { slots: width } }: FoldTask,
  { slot }: Field,
  [first, second]: readonly [string, string],
): boolean {
  const { starts } = events
  const a = events.valuesOf(first)
  const b = events.valuesOf(second)
  for (let row = 0; row < deltas.length; row++) {
    const end = starts[row + 1] as number
    let sum = 0
    for (let place = starts[row] as number; place < end; place++) {
      const value = (a[place] as number) * (b[place] as number)
      if (value < 0) return false
      sum += value
    }
    if (!isExact(sum)) return false
    putLimbs(matrix, row * width + slot, sum)
  }
  return true
}

export function addSigned(
  { events, deltas, matrix, accumulator: { slots: width } }: FoldTask,
  { slot }: Field,
  measure: string,
): boolean {
  const { starts } = events
  const values = events.valuesOf(measure)
  for (let row = 0; row < deltas.length; row++) {
    const end = starts[row + 1] as number
    let plus = 0
    let minus = 0
    for (let place = starts[row] as number; place < end; place++) {
      const value = values[place] as number
      if (value >= 0) plus += value
      else minus -= value
    }
    if (!isExact(plus) || !isExact(minus)) return false
    putLimbs(matrix, row * width + slot, plus)
    putLimbs(matrix, row * width + slot + 2, minus)
  }
  return true
}

/** Events that set no extreme, no first and no last; times are set by every event. */
function passedOf({ sumsOnly }: EventsByRow, measure: string): Uint8Array | undefined {
  return measure === EVENT_TIME ? undefined : sumsOnly
}

/** `sign`: 1 for the largest, -1 for the smallest. */
export function keepExtreme(
  { events, deltas, matrix, accumulator: { slots: width } }: FoldTask,
  { slot }: Field,
  measure: string,
  sign: 1 | -1,
): void {
  const { starts } = events
  const values = events.valuesOf(measure)
  const passed = passedOf(events, measure)
  for (let row = 0; row < deltas.length; row++) {
    const end = starts[row + 1] as number
    let extreme = Number.NEGATIVE_INFINITY
    for (let place = starts[row] as number; place < end; place++) {
      const value = (values[place] as number) * sign
      if (value > extreme && passed?.[place] !== 1) extreme = value
    }
    if (extreme !== Number.NEGATIVE_INFINITY) putLimbs(matrix, row * width + slot, extreme * sign)
  }
}

/** The strict running extremes of the batch. */
export function listExtremes({ accumulator: { fieldList }, events, deltas }: FoldTask, field: Field): void {
  const { starts } = events
  const list = fieldList.filter(({ spec }) => spec.kind === 'records').indexOf(field)
  const extreme = fieldList[field.extreme]?.spec
  assert(extreme?.kind === 'max' || extreme?.kind === 'min', 'a records field has its extreme')
  const values = events.valuesOf(extreme.of)
  const sign = extreme.kind === 'max' ? 1 : -1
  const passed = passedOf(events, extreme.of)
  for (let row = 0; row < deltas.length; row++) {
    const end = starts[row + 1] as number
    let running: number[] | undefined
    let last = Number.NEGATIVE_INFINITY
    for (let place = starts[row] as number; place < end; place++) {
      const value = (values[place] as number) * sign
      if (value <= last || passed?.[place] === 1) continue
      last = value
      const high = Math.floor((value * sign) / LIMB)
      if (running === undefined) running = [high, value * sign - high * LIMB]
      else running.push(high, value * sign - high * LIMB)
    }
    if (running !== undefined) (deltas[row] as Delta).extremes[list] = running
  }
}

/** `sign`: 1 for the last event, -1 for the first, by event time; at equal times the last, or the first, to arrive. */
export function keepEvent(
  { events, deltas, matrix, accumulator: { slots: width } }: FoldTask,
  { slot }: Field,
  measure: string,
  sign: 1 | -1,
): void {
  const { starts } = events
  const times = events.valuesOf(EVENT_TIME)
  const values = events.valuesOf(measure)
  const passed = passedOf(events, measure)
  for (let row = 0; row < deltas.length; row++) {
    const start = starts[row] as number
    const end = starts[row + 1] as number
    let chosen = -1
    let best = Number.NEGATIVE_INFINITY
    for (let place = start; place < end; place++) {
      const time = (times[place] as number) * sign
      if (time < best || (time === best && sign < 0) || passed?.[place] === 1) continue
      best = time
      chosen = place
    }
    if (chosen < 0) continue
    const at = row * width + slot
    putLimbs(matrix, at, values[chosen] as number)
    matrix[at + 2] = times[chosen] as number
    matrix[at + 3] = chosen - start + 1
  }
}

export function keepLatest(
  { events, deltas, matrix, accumulator: { slots: width } }: FoldTask,
  { slot }: Field,
  measure: string,
): void {
  const { starts } = events
  const values = events.valuesOf(measure)
  const passed = passedOf(events, measure)
  for (let row = 0; row < deltas.length; row++) {
    let place = (starts[row + 1] as number) - 1
    while (passed?.[place] === 1 && place >= (starts[row] as number)) place--
    if (place >= (starts[row] as number)) putLimbs(matrix, row * width + slot, values[place] as number)
  }
}

function putLimbs(matrix: Float64Array, at: number, value: number): void {
  const high = Math.floor(value / LIMB)
  matrix[at] = high
  matrix[at + 1] = value - high * LIMB
}
