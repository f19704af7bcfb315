/**
 * The loops of the fold by columns: for one field each, over the events of a share, into the slots of all rows. Those that add
 * up give false where doubles do not hold the sums.
 */
import { type Accumulator, type Field, measureIndex } from './accumulator.ts'
import { assert } from './assert.ts'
import { DIRECTIONS } from './direction.ts'
import type { EventBatch } from './event-batch.ts'
import type { EventRows } from './event-rows.ts'
import { EVENT_TIME } from './field.ts'
import { LIMB } from './limbs.ts'
import type { Delta } from './row.ts'

export interface FoldTask {
  readonly accumulator: Accumulator
  readonly batch: EventBatch
  readonly indexes: ArrayLike<number>
  readonly directions: Uint8Array | undefined
  readonly rows: EventRows
  readonly deltas: readonly Delta[]
  readonly matrix: Float64Array
  /** The number of each event among those of its row, from 1. */
  readonly arrivals: Float64Array
}

/** As a code; -1 where events of all directions feed the field. */
export function directionOf({ spec }: Field): number {
  return 'when' in spec && spec.when !== undefined ? DIRECTIONS.indexOf(spec.when) : -1
}

export function valuesOf({ batch }: FoldTask, measure: string): Float64Array {
  if (measure === EVENT_TIME) return batch.timeUs
  const column = batch.measures[measureIndex(batch.input, measure)]
  assert(column !== undefined, 'a batch has the columns of its input')
  return column.values
}

/** Sums only grow, so one that ends below 2^53 was below it all the time. */
function isExact(sum: number): boolean {
  return sum >= 0 && sum <= Number.MAX_SAFE_INTEGER
}

/** Of the values, or of ones; of the events of one direction, where the field says so. Negative values are not for sums. */
export function addUp(
  { indexes, directions, rows, matrix, accumulator: { slots: width } }: FoldTask,
  field: Field,
  values: Float64Array | undefined,
): boolean {
  const { slot } = field
  const when = directionOf(field)
  const { ofEvent, count } = rows
  const sums = new Float64Array(count)
  for (let place = 0; place < indexes.length; place++) {
    if (when >= 0 && directions?.[place] !== when) continue
    const value = values === undefined ? 1 : (values[indexes[place] as number] as number)
    if (value < 0) return false
    sums[ofEvent[place] as number] = (sums[ofEvent[place] as number] as number) + value
  }
  for (let row = 0; row < count; row++) {
    const sum = sums[row] as number
    if (!isExact(sum)) return false
    putLimbs(matrix, row * width + slot, sum)
  }
  return true
}

export function addProducts(
  { indexes, rows, matrix, accumulator: { slots: width } }: FoldTask,
  { slot }: Field,
  a: Float64Array,
  b: Float64Array,
): boolean {
  const { ofEvent, count } = rows
  const sums = new Float64Array(count)
  for (let place = 0; place < indexes.length; place++) {
    const index = indexes[place] as number
    const value = (a[index] as number) * (b[index] as number)
    if (value < 0) return false
    sums[ofEvent[place] as number] = (sums[ofEvent[place] as number] as number) + value
  }
  for (let row = 0; row < count; row++) {
    const sum = sums[row] as number
    if (!isExact(sum)) return false
    putLimbs(matrix, row * width + slot, sum)
  }
  return true
}

export function addSigned(
  { indexes, rows, matrix, accumulator: { slots: width } }: FoldTask,
  { slot }: Field,
  values: Float64Array,
): boolean {
  const { ofEvent, count } = rows
  const plus = new Float64Array(count)
  const minus = new Float64Array(count)
  for (let place = 0; place < indexes.length; place++) {
    const value = values[indexes[place] as number] as number
    const row = ofEvent[place] as number
    if (value >= 0) plus[row] = (plus[row] as number) + value
    else minus[row] = (minus[row] as number) - value
  }
  for (let row = 0; row < count; row++) {
    if (!isExact(plus[row] as number) || !isExact(minus[row] as number)) return false
    putLimbs(matrix, row * width + slot, plus[row] as number)
    putLimbs(matrix, row * width + slot + 2, minus[row] as number)
  }
  return true
}

/** `sign`: 1 for the largest, -1 for the smallest. Events that only add up count for times alone. */
export function keepExtreme(task: FoldTask, { slot }: Field, measure: string, sign: 1 | -1): void {
  const { batch, indexes, rows, matrix, accumulator } = task
  const { ofEvent } = rows
  const values = valuesOf(task, measure)
  const passed = measure === EVENT_TIME ? NONE : batch.sumsOnly
  const anyPassed = passed.size > 0
  const extremes = new Float64Array(rows.count).fill(Number.NEGATIVE_INFINITY)
  for (let place = 0; place < indexes.length; place++) {
    const index = indexes[place] as number
    if (anyPassed && passed.has(index)) continue
    const row = ofEvent[place] as number
    const value = (values[index] as number) * sign
    if (value > (extremes[row] as number)) extremes[row] = value
  }
  for (let row = 0; row < rows.count; row++) {
    const extreme = extremes[row] as number
    if (extreme !== Number.NEGATIVE_INFINITY) putLimbs(matrix, row * accumulator.slots + slot, extreme * sign)
  }
}

/** The strict running extremes of the batch. */
export function listExtremes(task: FoldTask, field: Field): void {
  const { accumulator, batch, indexes, rows, deltas } = task
  const { ofEvent } = rows
  const { fieldList } = accumulator
  const list = fieldList.filter(({ spec }) => spec.kind === 'records').indexOf(field)
  const extreme = fieldList[field.extreme]?.spec
  assert(extreme?.kind === 'max' || extreme?.kind === 'min', 'a records field has its extreme')
  const values = valuesOf(task, extreme.of)
  const sign = extreme.kind === 'max' ? 1 : -1
  const passed = extreme.of === EVENT_TIME ? NONE : batch.sumsOnly
  const anyPassed = passed.size > 0
  const running = new Float64Array(rows.count).fill(Number.NEGATIVE_INFINITY)
  for (let place = 0; place < indexes.length; place++) {
    const index = indexes[place] as number
    if (anyPassed && passed.has(index)) continue
    const row = ofEvent[place] as number
    const value = (values[index] as number) * sign
    if (value <= (running[row] as number)) continue
    running[row] = value
    const high = Math.floor((value * sign) / LIMB)
    ;((deltas[row] as Delta).extremes[list] as number[]).push(high, value * sign - high * LIMB)
  }
}

/** `sign`: 1 for the last event, -1 for the first, by event time; at equal times the last, or the first, to arrive. */
export function keepEvent(task: FoldTask, { slot }: Field, measure: string, sign: 1 | -1): void {
  const { batch, indexes, rows, matrix, arrivals, accumulator } = task
  const { ofEvent } = rows
  const passed = measure === EVENT_TIME ? NONE : batch.sumsOnly
  const anyPassed = passed.size > 0
  const { timeUs } = batch
  const chosen = new Int32Array(rows.count).fill(-1)
  for (let place = 0; place < indexes.length; place++) {
    const index = indexes[place] as number
    if (anyPassed && passed.has(index)) continue
    const row = ofEvent[place] as number
    const best = chosen[row] as number
    if (best >= 0) {
      const difference = ((timeUs[index] as number) - (timeUs[indexes[best] as number] as number)) * sign
      if (difference < 0 || (difference === 0 && sign < 0)) continue
    }
    chosen[row] = place
  }
  const values = valuesOf(task, measure)
  for (let row = 0; row < rows.count; row++) {
    const place = chosen[row] as number
    if (place < 0) continue
    const index = indexes[place] as number
    const at = row * accumulator.slots + slot
    putLimbs(matrix, at, values[index] as number)
    matrix[at + 2] = timeUs[index] as number
    matrix[at + 3] = arrivals[place] as number
  }
}

export function keepLatest(task: FoldTask, { slot }: Field, measure: string): void {
  const { batch, indexes, rows, matrix, accumulator } = task
  const { ofEvent } = rows
  const values = valuesOf(task, measure)
  const passed = measure === EVENT_TIME ? NONE : batch.sumsOnly
  const anyPassed = passed.size > 0
  const chosen = new Int32Array(rows.count).fill(-1)
  for (let place = 0; place < indexes.length; place++) {
    const index = indexes[place] as number
    if (!anyPassed || !passed.has(index)) chosen[ofEvent[place] as number] = index
  }
  for (let row = 0; row < rows.count; row++) {
    const index = chosen[row] as number
    if (index >= 0) putLimbs(matrix, row * accumulator.slots + slot, values[index] as number)
  }
}

export const NONE: ReadonlySet<number> = new Set()

function putLimbs(matrix: Float64Array, at: number, value: number): void {
  const high = Math.floor(value / LIMB)
  matrix[at] = high
  matrix[at + 1] = value - high * LIMB
}
