/**
 * The loops of the fold by columns: for one field each, over the events of a share row by row, into the slots of all rows. Those
 * that add up give false where doubles do not hold the sums.
 */
import type { Accumulator, Field } from './accumulator.ts'
import { assert } from './assert.ts'
import type { ExtremeLists } from './deltas.ts'
import { DIRECTIONS } from './direction.ts'
import type { EventsByRow } from './events-by-row.ts'
import { EVENT_TIME } from './field.ts'
import { LIMB } from './limbs.ts'
import { foldScratch } from './scratch.ts'

export interface FoldTask {
  readonly accumulator: Accumulator
  readonly events: EventsByRow
  /** By row. */
  readonly keys: readonly string[]
  readonly updates: Int32Array
  readonly slots: Float64Array
  readonly width: number
  /** One for each `records` field: each is put in its place when it was folded. */
  readonly lists: ExtremeLists[]
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
export function countUp({ events, keys, slots, width }: FoldTask, field: Field): void {
  const { starts, directions } = events
  const when = directionOf(field)
  for (let row = 0; row < keys.length; row++) {
    const end = starts[row + 1] as number
    let sum = end - (starts[row] as number)
    if (when >= 0) {
      sum = 0
      for (let place = starts[row] as number; place < end; place++) if (directions?.[place] === when) sum++
    }
    putLimbs(slots, row * width + field.slot, sum)
  }
}

/** Of the events of one direction, where the field says so. Negative values are not for sums. */
export function addUp({ events, keys, slots, width }: FoldTask, field: Field, measure: string): boolean {
  const { starts, directions } = events
  const values = events.valuesOf(measure)
  const when = directionOf(field)
  for (let row = 0; row < keys.length; row++) {
    const end = starts[row + 1] as number
    let sum = 0
    for (let place = starts[row] as number; place < end; place++) {
      if (when >= 0 && directions?.[place] !== when) continue
      const value = values[place] as number
      if (value < 0) return false
      sum += value
    }
    if (!isExact(sum)) return false
    putLimbs(slots, row * width + field.slot, sum)
  }
  return true
}

export function addProducts(
  { events, keys, slots, width }: FoldTask,
  { slot }: Field,
  [first, second]: readonly [string, string],
): boolean {
  const { starts } = events
  const a = events.valuesOf(first)
  const b = events.valuesOf(second)
  for (let row = 0; row < keys.length; row++) {
    const end = starts[row + 1] as number
    let sum = 0
    for (let place = starts[row] as number; place < end; place++) {
      const value = (a[place] as number) * (b[place] as number)
      if (value < 0) return false
      sum += value
    }
    if (!isExact(sum)) return false
    putLimbs(slots, row * width + slot, sum)
  }
  return true
}

export function addSigned({ events, keys, slots, width }: FoldTask, { slot }: Field, measure: string): boolean {
  const { starts } = events
  const values = events.valuesOf(measure)
  for (let row = 0; row < keys.length; row++) {
    const end = starts[row + 1] as number
    let plus = 0
    let minus = 0
    for (let place = starts[row] as number; place < end; place++) {
      const value = values[place] as number
      if (value >= 0) plus += value
      else minus -= value
    }
    if (!isExact(plus) || !isExact(minus)) return false
    putLimbs(slots, row * width + slot, plus)
    putLimbs(slots, row * width + slot + 2, minus)
  }
  return true
}

/** Events that set no extreme, no first and no last; times are set by every event. */
function passedOf({ sumsOnly }: EventsByRow, measure: string): Uint8Array | undefined {
  return measure === EVENT_TIME ? undefined : sumsOnly
}

/** `sign`: 1 for the largest, -1 for the smallest. */
export function keepExtreme(
  { events, keys, slots, width }: FoldTask,
  { slot }: Field,
  measure: string,
  sign: 1 | -1,
): void {
  const { starts } = events
  const values = events.valuesOf(measure)
  const passed = passedOf(events, measure)
  for (let row = 0; row < keys.length; row++) {
    const end = starts[row + 1] as number
    let extreme = Number.NEGATIVE_INFINITY
    for (let place = starts[row] as number; place < end; place++) {
      const value = (values[place] as number) * sign
      if (value > extreme && passed?.[place] !== 1) extreme = value
    }
    if (extreme !== Number.NEGATIVE_INFINITY) putLimbs(slots, row * width + slot, extreme * sign)
  }
}

/** Which of the lists is that of a `records` field. */
export function listOf({ fieldList }: Accumulator, field: Field): number {
  return fieldList.filter(({ spec }) => spec.kind === 'records').indexOf(field)
}

/** The strict running extremes of the batch. */
export function listExtremes({ accumulator, events, keys, lists }: FoldTask, field: Field): void {
  const extreme = accumulator.fieldList[field.extreme]?.spec
  assert(extreme?.kind === 'max' || extreme?.kind === 'min', 'a records field has its extreme')
  const { starts } = events
  const values = events.valuesOf(extreme.of)
  const sign = extreme.kind === 'max' ? 1 : -1
  const passed = passedOf(events, extreme.of)
  const ends = new Int32Array(keys.length + 1)
  const limbs = foldScratch.doubles(2 * values.length)
  let at = 0
  for (let row = 0; row < keys.length; row++) {
    const end = starts[row + 1] as number
    let last = Number.NEGATIVE_INFINITY
    for (let place = starts[row] as number; place < end; place++) {
      const value = (values[place] as number) * sign
      if (value <= last || passed?.[place] === 1) continue
      last = value
      putLimbs(limbs, at, value * sign)
      at += 2
    }
    ends[row + 1] = at
  }
  lists[listOf(accumulator, field)] = { starts: ends, limbs: limbs.slice(0, at) }
}

/** `sign`: 1 for the last event, -1 for the first, by event time; at equal times the last, or the first, to arrive. */
export function keepEvent(
  { events, keys, slots, width }: FoldTask,
  { slot }: Field,
  measure: string,
  sign: 1 | -1,
): void {
  const { starts } = events
  const times = events.valuesOf(EVENT_TIME)
  const values = events.valuesOf(measure)
  const passed = passedOf(events, measure)
  for (let row = 0; row < keys.length; row++) {
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
    putLimbs(slots, at, values[chosen] as number)
    slots[at + 2] = times[chosen] as number
    slots[at + 3] = chosen - start + 1
  }
}

export function keepLatest({ events, keys, slots, width }: FoldTask, { slot }: Field, measure: string): void {
  const { starts } = events
  const values = events.valuesOf(measure)
  const passed = passedOf(events, measure)
  for (let row = 0; row < keys.length; row++) {
    let place = (starts[row + 1] as number) - 1
    while (passed?.[place] === 1 && place >= (starts[row] as number)) place--
    if (place >= (starts[row] as number)) putLimbs(slots, row * width + slot, values[place] as number)
  }
}

function putLimbs(slots: Float64Array, at: number, value: number): void {
  const high = Math.floor(value / LIMB)
  slots[at] = high
  slots[at + 1] = value - high * LIMB
}
