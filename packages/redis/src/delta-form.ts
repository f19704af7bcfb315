/**
 * How a delta travels to `apply.lua`, all doubles. Three forms, two of them because Lua's doubles hold integers below 2^53 only:
 *
 * - lone: of one event alone, see lone-form.ts.
 * - narrow: every int64 is one double. Almost all deltas; about a third less work for Redis.
 * - wide: the slots as they are, two limbs an int64; for values from 2^53 on, and for accumulators with very many
 * fields.
 *
 * The last two begin with the row's place in its group, the updates, and the length of each list of extremes; then the values,
 * then the lists. A list goes without its last entry, which is the delta's extreme itself: a tick alone in its row
 * sends none. Nor does one whose events may set no extreme: its extreme is the bottom, beyond which nothing lies.
 */
import { type Accumulator, type Deltas, type ExtremeLists, type Field, LIMB, type Storage } from '@weir/accumulator'
import type { DoubleWriter } from './double-writer.ts'
import { isLone, loneForm, writeLone } from './lone-form.ts'

/** Lua allows 200 locals a function: those of the row, those of the delta, and a few. */
const NARROW_VALUES_MAX = 64
const NARROW_HIGH_MAX = 2 ** 53 / LIMB - 1

/** The slots of a field that the narrow form sends, one double each; an int64 is named by its high slot. */
export function narrowSlots({ spec, storage, slot }: Field): number[] {
  if (spec.kind === 'records') return []
  const offsets: Readonly<Record<Storage, readonly number[]>> = {
    int64: [0],
    uint96: [0, 1],
    net: [0, 2],
    event: [0, 2, 3],
  }
  return offsets[storage].map((offset) => slot + offset)
}

export function hasNarrowForm({ fieldList }: Accumulator): boolean {
  // A least move is worked out on limbs.
  if (fieldList.some(({ lastRecord }) => lastRecord >= 0)) return false
  return fieldList.reduce((sum, { storage }) => sum + (storage === 'int64' ? 1 : 3), 0) <= NARROW_VALUES_MAX
}

/** What the narrow form sends of an accumulator's slots, in order; worked out once. */
interface NarrowPlan {
  readonly slots: Int32Array
  /** 1: the int64 in this slot and the next, as one double; 0: the slot as it is. */
  readonly isInteger: Uint8Array
  /** High limbs that must be small. */
  readonly highs: Int32Array
  /** Slots of records that were counted elsewhere: they go in the wide form only. */
  readonly records: Int32Array
}

const plans = new WeakMap<Accumulator, NarrowPlan>()

function narrowPlan(accumulator: Accumulator): NarrowPlan {
  const known = plans.get(accumulator)
  if (known !== undefined) return known
  const { fieldList } = accumulator
  const integers = new Set<number>()
  for (const { spec, storage, slot } of fieldList) {
    if (spec.kind === 'records' || storage === 'uint96') continue
    integers.add(slot)
    if (storage === 'net') integers.add(slot + 2)
  }
  const slots = Int32Array.from(fieldList.flatMap(narrowSlots))
  const plan = {
    slots,
    isInteger: Uint8Array.from(slots, (slot) => Number(integers.has(slot))),
    highs: Int32Array.from(integers),
    records: Int32Array.from(fieldList.flatMap(({ spec, slot }) => (spec.kind === 'records' ? slot : []))),
  }
  plans.set(accumulator, plan)
  return plan
}

/** Whether every int64 of the delta lies below 2^53; its lists end at its extremes, and begin between them and the first. */
function isNarrow({ highs, records }: NarrowPlan, { slots, width, lists }: Deltas, place: number): boolean {
  const base = place * width
  for (let index = 0; index < highs.length; index++) {
    if (!isNarrowHigh(slots[base + (highs[index] as number)] as number)) return false
  }
  for (let index = 0; index < records.length; index++) {
    const slot = base + (records[index] as number)
    if (slots[slot] !== 0 || slots[slot + 1] !== 0) return false
  }
  for (let list = 0; list < lists.length; list++) {
    const { starts, limbs } = lists[list] as ExtremeLists
    const start = starts[place] as number
    if (start < (starts[place + 1] as number) && !isNarrowHigh(limbs[start] as number)) return false
  }
  return true
}

/** By its code in a call. */
export const FORMS = ['wide', 'narrow', 'lone'] as const
export type DeltaForm = (typeof FORMS)[number]

/** The deltas of one form, by their places. */
interface FormPlaces {
  readonly form: DeltaForm
  readonly places: readonly number[]
}

/** A merge takes deltas of one form: lone ones come first, then narrow ones. Where there is no narrow form, all are wide. */
export function placesByForm(accumulator: Accumulator, deltas: Deltas): FormPlaces[] {
  const lone = loneForm(accumulator)
  const plan = hasNarrowForm(accumulator) ? narrowPlan(accumulator) : undefined
  const places: Record<DeltaForm, number[]> = { lone: [], narrow: [], wide: [] }
  for (let place = 0; place < deltas.length; place++) {
    if (plan === undefined) places.wide.push(place)
    else if (lone !== undefined && isLone(lone, deltas, place)) places.lone.push(place)
    else if (isNarrow(plan, deltas, place)) places.narrow.push(place)
    else places.wide.push(place)
  }
  const inOrder = (['lone', 'narrow', 'wide'] as const).map((form) => ({ form, places: places[form] }))
  return inOrder.filter((ofForm) => ofForm.places.length > 0)
}

/** `rowPlace`: of the row in its group, from 1. */
export function writeDelta(
  writer: DoubleWriter,
  accumulator: Accumulator,
  deltas: Deltas,
  place: number,
  rowPlace: number,
  form: DeltaForm,
): void {
  const lone = loneForm(accumulator)
  if (form === 'lone' && lone !== undefined) return writeLone(writer, lone, deltas, place, rowPlace)
  const { slots, width, updates, lists } = deltas
  writer.push(rowPlace)
  writer.push(updates[place] as number)
  for (let list = 0; list < lists.length; list++) {
    const { starts } = lists[list] as ExtremeLists
    writer.push(Math.max(0, ((starts[place + 1] as number) - (starts[place] as number)) / 2 - 1))
  }
  if (form === 'narrow') return writeNarrow(writer, narrowPlan(accumulator), deltas, place)
  for (let slot = place * width; slot < (place + 1) * width; slot++) writer.push(slots[slot] as number)
  for (let list = 0; list < lists.length; list++) {
    const { starts, limbs } = lists[list] as ExtremeLists
    for (let at = starts[place] as number; at < (starts[place + 1] as number) - 2; at++)
      writer.push(limbs[at] as number)
  }
}

function writeNarrow(writer: DoubleWriter, plan: NarrowPlan, { slots, width, lists }: Deltas, place: number): void {
  const base = place * width
  for (let index = 0; index < plan.slots.length; index++) {
    const slot = base + (plan.slots[index] as number)
    const value = slots[slot] as number
    writer.push(plan.isInteger[index] === 1 ? value * LIMB + (slots[slot + 1] as number) : value)
  }
  for (let list = 0; list < lists.length; list++) {
    const { starts, limbs } = lists[list] as ExtremeLists
    for (let at = starts[place] as number; at < (starts[place + 1] as number) - 2; at += 2) {
      writer.push((limbs[at] as number) * LIMB + (limbs[at + 1] as number))
    }
  }
}

function isNarrowHigh(high: number): boolean {
  return high <= NARROW_HIGH_MAX && high >= -NARROW_HIGH_MAX
}
