/**
 * The fold, a column at a time: for each field one loop over the events, on doubles. That holds where every value and sum lies
 * below 2^53, which is nearly always; a field for which it does not is folded on limbs, an event at a time (field-steps.ts).
 * The two give the same deltas, which a test holds.
 */
import { type Accumulator, type Field, measureIndex } from './accumulator.ts'
import {
  addProducts,
  addSigned,
  addUp,
  directionOf,
  type FoldTask,
  keepEvent,
  keepExtreme,
  keepLatest,
  listExtremes,
  NONE,
  valuesOf,
} from './column-loops.ts'
import type { EventBatch } from './event-batch.ts'
import { type EventRows, rowsOf } from './event-rows.ts'
import { type FieldSpec, SLOTS } from './field.ts'
import { fieldStep, setsValue } from './field-steps.ts'
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

/** False where doubles do not hold. */
function foldField(task: FoldTask, field: Field): boolean {
  const { spec } = field
  const { name } = task.batch.input
  if (spec.kind === 'records') {
    if (spec.plus?.from === name) {
      return holdsDoubles(task, { kind: 'sum', of: spec.plus.of }) && addUp(task, field, valuesOf(task, spec.plus.of))
    }
    const extreme = task.accumulator.fieldList[field.extreme]
    if (field.input.name !== name || extreme === undefined) return true
    if (!holdsDoubles(task, extreme.spec)) return false
    listExtremes(task, field)
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
