/**
 * How a delta travels to `apply.lua`, all doubles. Two forms, because Lua's doubles hold integers below 2^53 only:
 *
 * - narrow: every int64 is one double. Almost all deltas; about a third less work for Redis.
 * - wide: the slots as they are, two limbs an int64; for values from 2^53 on, and for accumulators with very many
 * fields.
 *
 * Both begin with the row's place in its group, the updates, and the length of each list of extremes; then the values,
 * then the lists. A list goes without its last entry, which is the delta's extreme itself: a tick alone in its row
 * sends none. Nor does one whose events may set no extreme: its extreme is the bottom, beyond which nothing lies.
 */
import { type Accumulator, type Delta, type Field, LIMB, type Storage } from '@weir/accumulator'
import type { DoubleWriter } from './double-writer.ts'

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

/** Whether every int64 of the delta, and of its lists, lies below 2^53. */
function isNarrow(accumulator: Accumulator, delta: Delta): boolean {
  const { slots, extremes } = delta
  return (
    accumulator.fieldList.every(({ spec, storage, slot }) => {
      if (storage === 'uint96') return true
      // Records counted elsewhere go in the wide form only.
      if (spec.kind === 'records') return slots[slot] === 0 && slots[slot + 1] === 0
      return isNarrowHigh(slots[slot]) && (storage !== 'net' || isNarrowHigh(slots[slot + 2]))
    }) && extremes.every((list) => list.every((value, index) => index % 2 === 1 || isNarrowHigh(value)))
  )
}

/** A merge takes deltas of one form: the narrow ones come first. Where there is no narrow form, all are wide. */
export function splitByForm(
  accumulator: Accumulator,
  deltas: readonly Delta[],
): { narrow: readonly Delta[]; wide: readonly Delta[] } {
  if (!hasNarrowForm(accumulator)) return { narrow: [], wide: deltas }
  const wide = deltas.filter((delta) => !isNarrow(accumulator, delta))
  if (wide.length === 0) return { narrow: deltas, wide }
  return { narrow: deltas.filter((delta) => isNarrow(accumulator, delta)), wide }
}

export function writeDelta(
  writer: DoubleWriter,
  accumulator: Accumulator,
  delta: Delta,
  place: number,
  narrow: boolean,
): void {
  writer.add(place, delta.updates)
  for (const list of delta.extremes) writer.add(Math.max(0, list.length / 2 - 1))
  if (narrow) return writeNarrow(writer, accumulator, delta)
  writer.addAll(delta.slots)
  for (const list of delta.extremes) writer.addAll(list, Math.max(0, list.length - 2))
}

function writeNarrow(writer: DoubleWriter, { fieldList }: Accumulator, { slots, extremes }: Delta): void {
  for (const field of fieldList) {
    const { slot, storage } = field
    if (field.spec.kind === 'records') continue
    const high = slots[slot] as number
    const low = slots[slot + 1] as number
    writer.add(storage === 'uint96' ? high : high * LIMB + low)
    if (storage === 'uint96') writer.add(low)
    else if (storage === 'net') writer.add((slots[slot + 2] as number) * LIMB + (slots[slot + 3] as number))
    else if (storage === 'event') writer.add(slots[slot + 2] as number, slots[slot + 3] as number)
  }
  for (const list of extremes) {
    for (let index = 0; index < list.length - 2; index += 2) {
      writer.add((list[index] as number) * LIMB + (list[index + 1] as number))
    }
  }
}

function isNarrowHigh(high: number | undefined): boolean {
  return high !== undefined && high <= NARROW_HIGH_MAX && high >= -NARROW_HIGH_MAX
}
