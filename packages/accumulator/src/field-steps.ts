/** What one event does to the fields of its row's delta, as a list of steps made once a fold. */
import { type Accumulator, type Field, measureIndex } from './accumulator.ts'
import { assert } from './assert.ts'
import type { JudgedDirection } from './direction.ts'
import type { EventBatch, EventInput } from './event-batch.ts'
import { EVENT_TIME, type FieldSpec } from './field.ts'
import { addInt64, addUint96 } from './limb-sums.ts'
import { compareLimbs, highLimb, limbsToBigInt, lowLimb } from './limbs.ts'
import type { Delta } from './row.ts'

/** Thrown when one batch alone leaves a field's range; the caller refuses the request that holds it. */
export class FieldOverflowError extends Error {
  override readonly name = 'FieldOverflowError'
  readonly code = 'WEIR_FIELD_OVERFLOW'
}

export interface Steps {
  readonly all: readonly FieldStep[]
  /** Of an event that sets no extreme, no first and no last. */
  readonly sums: readonly FieldStep[]
}

export function stepsOfDirection(accumulator: Accumulator, input: EventInput, direction: JudgedDirection): Steps {
  const fed = accumulator.fieldList.filter(({ spec, input: from }) => {
    if (spec.kind === 'records' && spec.plus?.from === input.name) return true
    if ('atRecord' in spec) return false
    return from.name === input.name && (!('when' in spec) || spec.when === direction)
  })
  const stepOf = (field: Field) => fieldStep(accumulator, field, input)
  return { all: fed.map(stepOf), sums: fed.filter(({ spec }) => !setsValue(spec)).map(stepOf) }
}

/** A volume-only tick is still the first or last tick there was: times are set by every event. */
export function setsValue(spec: FieldSpec): boolean {
  if (spec.kind === 'count' || spec.kind === 'sum' || spec.kind === 'net') return false
  return spec.of !== EVENT_TIME
}

type FieldStep = (delta: Delta, batch: EventBatch, index: number, timeUs: number) => void
type ReadMeasure = (batch: EventBatch, index: number, timeUs: number) => void

/** The limbs that the last `ReadMeasure` read: a register instead of an object for each value. */
const read = { high: 0, low: 0 }

function measureReader(input: EventInput, measure: string): ReadMeasure {
  const column = measureIndex(input, measure)
  if (column < 0) {
    return (_batch, _index, timeUs) => {
      read.high = Math.floor(timeUs / 2 ** 48)
      read.low = timeUs - read.high * 2 ** 48
    }
  }
  return (batch, index) => {
    const measures = batch.measures[column]
    read.high = measures?.highAt(index) ?? 0
    read.low = measures?.lowAt(index) ?? 0
  }
}

export function fieldStep(accumulator: Accumulator, field: Field, input: EventInput): FieldStep {
  const { spec, slot } = field
  if (spec.kind === 'count') return (delta) => add(delta, field, 0, 1)
  if (spec.kind === 'records') {
    return spec.plus?.from === input.name ? sumStep(field, input, spec.plus.of) : recordsStep(accumulator, field)
  }
  if (spec.kind === 'sum' && typeof spec.of === 'object') return productStep(accumulator, field, spec.of.product)
  const readMeasure = measureReader(input, spec.of as string)
  return (delta, batch, index, timeUs) => {
    readMeasure(batch, index, timeUs)
    const { slots } = delta
    switch (spec.kind) {
      case 'sum':
        return add(delta, field, read.high, read.low)
      case 'net':
        return addSigned(delta, field)
      case 'max':
        if (compareLimbs(read.high, read.low, slots[slot] ?? 0, slots[slot + 1] ?? 0) > 0) set(slots, slot)
        return
      case 'min':
        if (compareLimbs(read.high, read.low, slots[slot] ?? 0, slots[slot + 1] ?? 0) < 0) set(slots, slot)
        return
      case 'latest':
        return set(slots, slot)
      case 'first':
        if (timeUs < (slots[slot + 2] ?? 0)) setEvent(delta, slot, timeUs)
        return
      case 'last':
        if (timeUs >= (slots[slot + 2] ?? 0)) setEvent(delta, slot, timeUs)
    }
  }
}

function sumStep(field: Field, input: EventInput, measure: string): FieldStep {
  const readMeasure = measureReader(input, measure)
  return (delta, batch, index, timeUs) => {
    readMeasure(batch, index, timeUs)
    add(delta, field, read.high, read.low)
  }
}

function productStep(accumulator: Accumulator, field: Field, [a, b]: readonly [string, string]): FieldStep {
  const { input } = field
  const readA = measureReader(input, a)
  const readB = measureReader(input, b)
  return (delta, batch, index, timeUs) => {
    readA(batch, index, timeUs)
    const { high, low } = read
    readB(batch, index, timeUs)
    const exact = high === 0 && read.high === 0 && low * read.low <= Number.MAX_SAFE_INTEGER
    const value = exact ? low * read.low : limbsToBigInt(high, low) * limbsToBigInt(read.high, read.low)
    const valueHigh = typeof value === 'bigint' ? highLimb(value) : Math.floor(value / 2 ** 48)
    const valueLow = typeof value === 'bigint' ? lowLimb(value) : value - valueHigh * 2 ** 48
    if (valueHigh < 0) refuseNegative(delta, field)
    if (!addUint96(delta.slots, field.slot, valueHigh, valueLow)) overflow(accumulator, field)
  }
}

function recordsStep(accumulator: Accumulator, field: Field): FieldStep {
  const list = accumulator.fieldList.filter(({ spec }) => spec.kind === 'records').indexOf(field)
  const extreme = accumulator.fieldList[field.extreme]
  assert(extreme !== undefined && typeof extreme.spec.kind === 'string', 'a records field has its extreme')
  const sign = extreme.spec.kind === 'max' ? 1 : -1
  const readMeasure = measureReader(extreme.input, (extreme.spec as { of: string }).of)
  return (delta, batch, index, timeUs) => {
    readMeasure(batch, index, timeUs)
    const seen = delta.extremes[list]
    assert(seen !== undefined, 'a delta has a list for each records field')
    const above = compareLimbs(read.high, read.low, seen.at(-2) ?? 0, seen.at(-1) ?? 0) * sign > 0
    if (seen.length === 0 || above) delta.extremes[list] = [...seen, read.high, read.low]
  }
}

function add(delta: Delta, field: Field, high: number, low: number): void {
  if (high < 0) refuseNegative(delta, field)
  if (!addInt64(delta.slots, field.slot, high, low)) {
    throw new FieldOverflowError(`the batch's sum of ${field.name} for ${delta.key} exceeds an int64; send it in parts`)
  }
}

function addSigned(delta: Delta, field: Field): void {
  const value = limbsToBigInt(read.high, read.low)
  const magnitude = value < 0n ? -value : value
  const slot = field.slot + (value < 0n ? 2 : 0)
  if (!addInt64(delta.slots, slot, highLimb(magnitude), lowLimb(magnitude))) {
    throw new FieldOverflowError(`the batch's net ${field.name} for ${delta.key} exceeds an int64; send it in parts`)
  }
}

/** A sum only grows, which is what lets PostgreSQL join it; signed sums are `net`. */
function refuseNegative(delta: Delta, field: Field): never {
  throw new FieldOverflowError(
    `a negative value for the sum ${field.name} of ${delta.key}; only \`net\` fields take one`,
  )
}

function overflow(accumulator: Accumulator, field: Field): never {
  throw new FieldOverflowError(`the batch's sum of ${field.name} in ${accumulator.name} exceeds 2^96; send it in parts`)
}

function set(slots: Float64Array, slot: number): void {
  slots[slot] = read.high
  slots[slot + 1] = read.low
}

function setEvent(delta: Delta, slot: number, timeUs: number): void {
  set(delta.slots, slot)
  delta.slots[slot + 2] = timeUs
  delta.slots[slot + 3] = delta.updates
}
