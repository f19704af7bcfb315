/**
 * The fold, a column at a time: for each field one loop over the events, on doubles. That holds where every value and sum lies
 * below 2^53, which is nearly always; a field for which it does not is folded on limbs, an event at a time (field-steps.ts).
 * The two give the same deltas, which a test holds.
 */
import { type Accumulator, type Field, measureIndex } from './accumulator.ts'
import { assert } from './assert.ts'
import { DIRECTIONS } from './direction.ts'
import type { EventBatch } from './event-batch.ts'
import { type EventRows, rowsOf } from './event-rows.ts'
import { EVENT_TIME, type FieldSpec, SLOTS } from './field.ts'
import { fieldStep, setsValue } from './field-steps.ts'
import { LIMB } from './limbs.ts'
import { type Delta, KEY_SEPARATOR } from './row.ts'

export interface FoldedRows {
  /** By row. */
  readonly deltas: readonly Delta[]
  readonly rows: EventRows
}

/** `directions`: of the events at `indexes`, in their order. Throws FieldOverflowError where a sum leaves its range. */
export function foldColumns(
  accumulator: Accumulator,
  batch: EventBatch,
  indexes: ArrayLike<number>,
  directions: Uint8Array | undefined,
): FoldedRows {
  const keys = keysOf(accumulator, batch)
  const rows = rowsOf(accumulator.clock, batch.timeUs, indexes, keys.ids, keys.texts.length)
  const matrix = bottomRows(accumulator, rows.count)
  const deltas = makeDeltas(accumulator, rows, keys.texts, matrix)
  const arrivals = countArrivals(rows, deltas)
  const task = { accumulator, batch, indexes, directions, rows, deltas, matrix, arrivals }
  for (const field of accumulator.fieldList) if (!foldField(task, field)) foldOnLimbs(task, field)
  return { deltas, rows }
}

function bottomRows({ slots: width, bottoms }: Accumulator, count: number): Float64Array {
  const matrix = new Float64Array(count * width)
  for (let at = 0; at < matrix.length; at += width) matrix.set(bottoms, at)
  return matrix
}

function makeDeltas(
  { slots: width, fieldList }: Accumulator,
  { count, periods, keyIds }: EventRows,
  keys: readonly string[],
  matrix: Float64Array,
): Delta[] {
  const lists = fieldList.filter(({ spec }) => spec.kind === 'records').length
  const deltas: Delta[] = []
  for (let row = 0; row < count; row++) {
    const extremes: number[][] = []
    for (let list = 0; list < lists; list++) extremes.push([])
    deltas.push({
      period: periods[row] as number,
      key: keys[keyIds[row] as number] as string,
      updates: 0,
      slots: matrix.subarray(row * width, (row + 1) * width),
      extremes,
    })
  }
  return deltas
}

interface FoldTask {
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

/** One text column may be the key as it is; else keys are put together once an event. */
function keysOf({ key, feeds }: Accumulator, batch: EventBatch): { ids: Int32Array; texts: readonly string[] } {
  const { input, texts, count } = batch
  const feed = feeds.find((candidate) => candidate.input.name === input.name)
  const columns = key.map((name) => texts[input.texts.indexOf(name)])
  const [only] = columns
  if (columns.length === 1 && only !== undefined) return { ids: only.ids, texts: only.values }
  const constants = key.map((name) => feed?.constants?.[name] ?? '')
  if (columns.every((column) => column === undefined)) {
    return { ids: new Int32Array(count), texts: [constants.join(KEY_SEPARATOR)] }
  }
  const ids = new Int32Array(count)
  const known = new Map<string, number>()
  for (let index = 0; index < count; index++) {
    const text = columns.map((column, at) => column?.at(index) ?? constants[at]).join(KEY_SEPARATOR)
    const id = known.get(text) ?? known.size
    known.set(text, id)
    ids[index] = id
  }
  return { ids, texts: [...known.keys()] }
}

function countArrivals({ ofEvent }: EventRows, deltas: readonly Delta[]): Float64Array {
  const arrivals = new Float64Array(ofEvent.length)
  const updates = new Float64Array(deltas.length)
  for (let place = 0; place < ofEvent.length; place++) {
    const row = ofEvent[place] as number
    arrivals[place] = ++(updates[row] as number)
  }
  for (const [row, delta] of deltas.entries()) delta.updates = updates[row] as number
  return arrivals
}

function foldOnLimbs(
  { accumulator, batch, indexes, directions, rows, deltas, arrivals }: FoldTask,
  field: Field,
): void {
  const { bottoms } = accumulator
  const step = fieldStep(accumulator, field, batch.input)
  for (const { slots } of deltas) slots.set(bottoms.subarray(field.slot, field.slot + SLOTS[field.storage]), field.slot)
  const when = directionOf(field)
  const passed = setsValue(field.spec) ? batch.sumsOnly : NONE
  for (let place = 0; place < indexes.length; place++) {
    const index = indexes[place] as number
    if ((when >= 0 && directions?.[place] !== when) || passed.has(index)) continue
    const delta = deltas[rows.ofEvent[place] as number] as Delta
    const { updates } = delta
    // A step takes the number of the event for that of the updates so far.
    delta.updates = arrivals[place] as number
    step(delta, batch, index, batch.timeUs[index] as number)
    delta.updates = updates
  }
}

/** As a code; -1 where events of all directions feed the field. */
function directionOf({ spec }: Field): number {
  return 'when' in spec && spec.when !== undefined ? DIRECTIONS.indexOf(spec.when) : -1
}

/** False where doubles do not hold. */
function foldField(task: FoldTask, field: Field): boolean {
  const { spec } = field
  const { name } = task.batch.input
  if (spec.kind === 'records') {
    if (spec.plus?.from === name) {
      return holdsDoubles(task, { kind: 'sum', of: spec.plus.of }) && addUp(task, field, valuesOf(task, spec.plus.of))
    }
    if (field.input.name === name) return listExtremes(task, field)
    return true
  }
  if (field.input.name !== name || 'atRecord' in spec) return true
  if (!holdsDoubles(task, spec)) return false
  switch (spec.kind) {
    case 'count':
      return addUp(task, field, undefined)
    case 'sum':
      return typeof spec.of === 'string'
        ? addUp(task, field, valuesOf(task, spec.of))
        : addProducts(task, field, valuesOf(task, spec.of.product[0]), valuesOf(task, spec.of.product[1]))
    case 'net':
      return addSigned(task, field, valuesOf(task, spec.of))
    case 'max':
    case 'min':
      keepExtreme(task, field, spec.of, spec.kind === 'max' ? 1 : -1)
      return true
    case 'first':
    case 'last':
      keepEvent(task, field, spec.of, spec.kind === 'first' ? -1 : 1)
      return true
    case 'latest':
      keepLatest(task, field, spec.of)
      return true
  }
}

/** Whether all values of the measures are exact in their columns. */
function holdsDoubles({ batch }: FoldTask, spec: FieldSpec): boolean {
  if (spec.kind === 'count') return true
  const names: readonly string[] = typeof spec.of === 'string' ? [spec.of] : spec.of.product
  return names.every((name) => {
    const column = measureIndex(batch.input, name)
    return column < 0 || batch.measures[column]?.exact.size === 0
  })
}

function valuesOf({ batch }: FoldTask, measure: string): Float64Array {
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
function addUp(
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

function addProducts(
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

function addSigned(
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
function keepExtreme(task: FoldTask, { slot }: Field, measure: string, sign: 1 | -1): void {
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
function listExtremes(task: FoldTask, field: Field): boolean {
  const { accumulator, batch, indexes, rows, deltas } = task
  const { ofEvent } = rows
  const { fieldList } = accumulator
  const list = fieldList.filter(({ spec }) => spec.kind === 'records').indexOf(field)
  const extreme = fieldList[field.extreme]?.spec
  assert(extreme?.kind === 'max' || extreme?.kind === 'min', 'a records field has its extreme')
  if (!holdsDoubles(task, extreme)) return false
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
  return true
}

/** `sign`: 1 for the last event, -1 for the first, by event time; at equal times the last, or the first, to arrive. */
function keepEvent(task: FoldTask, { slot }: Field, measure: string, sign: 1 | -1): void {
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

function keepLatest(task: FoldTask, { slot }: Field, measure: string): void {
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

const NONE: ReadonlySet<number> = new Set()

function putLimbs(matrix: Float64Array, at: number, value: number): void {
  const high = Math.floor(value / LIMB)
  matrix[at] = high
  matrix[at + 1] = value - high * LIMB
}
