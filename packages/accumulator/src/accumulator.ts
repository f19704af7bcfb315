/**
 * An accumulator: one definition (period, key, fields, what feeds them) from which everything else is derived: the fold in
 * the pod, the merge in Redis, the packed row, the PostgreSQL table, its upsert and its view.
 */
import { assert } from './assert.ts'
import type { EventInput } from './event-batch.ts'
import { BYTES, bottomOf, EVENT_TIME, type FieldSpec, goesOn, SLOTS, type Storage, storageOf } from './field.ts'
import { type Period, type PeriodClock, periodClock } from './period.ts'

export interface AccumulatorDefinition {
  /** Also the name of the PostgreSQL view. */
  readonly name: string
  /** The PostgreSQL table of the parts: one row a period, key and origin. */
  readonly table: string
  readonly period: Period
  /** The text columns of the input that make the key. */
  readonly key: readonly string[]
  readonly input: EventInput
  readonly fields: Readonly<Record<string, FieldSpec>>
}

/** A field with its place in a row. */
export interface Field {
  readonly name: string
  readonly spec: FieldSpec
  readonly storage: Storage
  /** The first of its slots in `Row.slots`. */
  readonly slot: number
  /** The offset of its bytes in a packed row, after the header. */
  readonly byte: number
  /** Decimal digits of its value, for people and NUMERIC columns; undefined for counts and times. */
  readonly digits: number | undefined
  /** `records` only: the index in `fields` of the extreme it counts. */
  readonly extreme: number
}

export interface Accumulator extends AccumulatorDefinition {
  /** Finds the period of an event time; shared, since it remembers. */
  readonly clock: PeriodClock
  readonly fieldList: readonly Field[]
  readonly slots: number
  /** Bytes of the fields of a packed row, without its header. */
  readonly fieldBytes: number
  readonly bottoms: Float64Array
  /** Whether a row that returns after it was dropped must first learn its extremes from PostgreSQL. */
  readonly goesOn: boolean
}

const IDENTIFIER = /^[a-z][a-z0-9_]{0,50}$/
const FIELDS_MAX = 40

/** Checks a definition and works out the places of its fields. Throws on a definition that cannot join. */
export function defineAccumulator(definition: AccumulatorDefinition): Accumulator {
  const { name, table, period, key, input, fields } = definition
  for (const identifier of [name, table, period.column, ...key, ...Object.keys(fields)]) {
    assert(IDENTIFIER.test(identifier), `${identifier} in accumulator ${name} is no lower-case SQL identifier`)
  }
  const names = Object.keys(fields)
  assert(names.length > 0 && names.length <= FIELDS_MAX, `accumulator ${name} has 1 to ${FIELDS_MAX} fields`)
  for (const column of key) assert(input.texts.includes(column), `${name}: ${column} is no text of ${input.name}`)
  const fieldList: Field[] = []
  let slot = 0
  let byte = 0
  for (const [fieldName, spec] of Object.entries(fields)) {
    const storage = storageOf(spec)
    const digits = digitsOf(definition, spec)
    const extreme = spec.kind === 'records' ? extremeOf(definition, fieldName, spec.of) : -1
    fieldList.push({ name: fieldName, spec, storage, slot, byte, digits, extreme })
    slot += SLOTS[storage]
    byte += BYTES[storage]
  }
  const bottoms = Float64Array.from(fieldList.flatMap((field) => bottomOf(field.spec.kind)))
  const carries = fieldList.some((field) => goesOn(field.spec.kind))
  const clock = periodClock(period)
  return { ...definition, clock, fieldList, slots: slot, fieldBytes: byte, bottoms, goesOn: carries }
}

/** The index of a measure in the columns of the input, or -1 for the event time. */
export function measureIndex(input: EventInput, measure: string): number {
  if (measure === EVENT_TIME) return -1
  const index = Object.keys(input.measures).indexOf(measure)
  assert(index >= 0, `${measure} is no measure of ${input.name}`)
  return index
}

function digitsOf({ input }: AccumulatorDefinition, spec: FieldSpec): number | undefined {
  if (spec.kind === 'count' || spec.kind === 'records') return undefined
  const of: readonly string[] = typeof spec.of === 'string' ? [spec.of] : spec.of.product
  if (of.includes(EVENT_TIME)) {
    assert(of.length === 1 && spec.kind !== 'sum' && spec.kind !== 'net', 'a time has no sum')
    return undefined
  }
  return of.reduce((digits, measure) => {
    measureIndex(input, measure)
    return digits + (input.measures[measure] ?? 0)
  }, 0)
}

function extremeOf({ name, fields }: AccumulatorDefinition, fieldName: string, of: string): number {
  const kind = fields[of]?.kind
  assert(kind === 'max' || kind === 'min', `${name}.${fieldName} counts records of ${of}, which is no max or min field`)
  return Object.keys(fields).indexOf(of)
}
