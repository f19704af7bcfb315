/**
 * The fold, a column at a time: for each field one loop over the events, row by row, on doubles. That holds where every value and sum lies
 * below 2^53, which is nearly always; a field for which it does not is folded on limbs, an event at a time (field-steps.ts).
 * The two give the same deltas, which a test holds.
 */
import { type Accumulator, type Field, measureIndex } from './accumulator.ts'
import {
  addProducts,
  addSigned,
  addUp,
  countUp,
  directionOf,
  type FoldTask,
  keepEvent,
  keepExtreme,
  keepLatest,
  listExtremes,
  listOf,
} from './column-loops.ts'
import { type DeltaColumns, type ExtremeLists, extremeLists } from './deltas.ts'
import type { EventBatch } from './event-batch.ts'
import { type EventRows, rowsOf } from './event-rows.ts'
import { EventsByRow } from './events-by-row.ts'
import { type FieldSpec, SLOTS } from './field.ts'
import { fieldStep, setsValue } from './field-steps.ts'
import { type Delta, KEY_SEPARATOR } from './row.ts'
import { foldScratch } from './scratch.ts'

export interface FoldedRows {
  /** By row; rows of one period lie side by side. */
  readonly columns: DeltaColumns
  /** Until the next fold. */
  readonly rows: EventRows
}

/** `directions`: of the events at `indexes`, in their order. Throws FieldOverflowError where a sum leaves its range. */
export function foldColumns(
  accumulator: Accumulator,
  batch: EventBatch,
  indexes: ArrayLike<number>,
  directions: Uint8Array | undefined,
): FoldedRows {
  foldScratch.reset()
  const keys = keysOf(accumulator, batch)
  const rows = rowsOf(accumulator.clock, batch.timeUs, indexes, keys.ids, keys.texts.length)
  const events = new EventsByRow(batch, indexes, rows, directions)
  const columns = {
    keys: rows.keyIds.map((id) => keys.texts[id] as string),
    updates: updatesOf(events.starts),
    slots: bottomRows(accumulator, rows.count),
    width: accumulator.slots,
    lists: noLists(accumulator, rows.count),
  }
  const task: FoldTask = { accumulator, events, ...columns }
  for (const field of accumulator.fieldList) if (!foldField(task, batch, field)) foldOnLimbs(task, batch, field)
  return { columns, rows }
}

function updatesOf(starts: Int32Array): Int32Array {
  const updates = starts.slice(1)
  for (let row = 0; row < updates.length; row++) updates[row] = (updates[row] as number) - (starts[row] as number)
  return updates
}

function bottomRows({ slots: width, bottoms }: Accumulator, count: number): Float64Array {
  const slots = new Float64Array(count * width)
  slots.set(bottoms.subarray(0, slots.length))
  // What is filled is copied behind itself, twice as much each time.
  for (let filled = width; filled < slots.length; filled *= 2) slots.copyWithin(filled, 0, filled)
  return slots
}

function noLists({ fieldList }: Accumulator, count: number): ExtremeLists[] {
  const none = { starts: new Int32Array(count + 1), limbs: new Float64Array(0) }
  return fieldList.filter(({ spec }) => spec.kind === 'records').map(() => none)
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

function foldOnLimbs(task: FoldTask, batch: EventBatch, field: Field): void {
  const { accumulator, events, keys, updates, slots, width, lists } = task
  const bottoms = accumulator.bottoms.subarray(field.slot, field.slot + SLOTS[field.storage])
  const { indexes, directions, starts, sumsOnly } = events
  const step = fieldStep(accumulator, field, batch.input)
  const when = directionOf(field)
  const passed = setsValue(field.spec) ? sumsOnly : undefined
  const extremes: (readonly number[])[][] = lists.map(() => [])
  for (const [row, key] of keys.entries()) {
    const ofRow = slots.subarray(row * width, (row + 1) * width)
    ofRow.set(bottoms, field.slot)
    const delta: Delta = { period: 0, key, updates: 0, slots: ofRow, extremes: lists.map(() => []) }
    for (let arrival = 1; arrival <= (updates[row] as number); arrival++) {
      const place = (starts[row] as number) + arrival - 1
      if ((when >= 0 && directions?.[place] !== when) || passed?.[place] === 1) continue
      const index = indexes[place] as number
      // A step takes the number of the event for that of the updates so far.
      delta.updates = arrival
      step(delta, batch, index, batch.timeUs[index] as number)
    }
    for (const [list, ofList] of extremes.entries()) ofList.push(delta.extremes[list] ?? [])
  }
  if (field.spec.kind === 'records') {
    const list = listOf(accumulator, field)
    lists[list] = extremeLists(extremes[list] ?? [])
  }
}

/** False where doubles do not hold. */
function foldField(task: FoldTask, batch: EventBatch, field: Field): boolean {
  const { spec } = field
  const { name } = batch.input
  if (spec.kind === 'records') {
    if (spec.plus?.from === name) {
      return holdsDoubles(batch, { kind: 'sum', of: spec.plus.of }) && addUp(task, field, spec.plus.of)
    }
    const extreme = task.accumulator.fieldList[field.extreme]
    if (field.input.name !== name || extreme === undefined) return true
    if (!holdsDoubles(batch, extreme.spec)) return false
    listExtremes(task, field)
    return true
  }
  if (field.input.name !== name || 'atRecord' in spec) return true
  if (!holdsDoubles(batch, spec)) return false
  switch (spec.kind) {
    case 'count':
      countUp(task, field)
      return true
    case 'sum':
      return typeof spec.of === 'string' ? addUp(task, field, spec.of) : addProducts(task, field, spec.of.product)
    case 'net':
      return addSigned(task, field, spec.of)
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
function holdsDoubles(batch: EventBatch, spec: FieldSpec): boolean {
  if (spec.kind === 'count') return true
  const names: readonly string[] = typeof spec.of === 'string' ? [spec.of] : spec.of.product
  return names.every((name) => {
    const column = measureIndex(batch.input, name)
    return column < 0 || batch.measures[column]?.exact.size === 0
  })
}
