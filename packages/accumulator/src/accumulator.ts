/**
 * An accumulator: one definition (period, key, fields, what feeds them) from which everything else is derived: the fold in
 * the pod, the merge in Redis, the packed row, the PostgreSQL table, its upsert and its view.
 */
import { demand } from './definition-error.ts'
import type { EventInput } from './event-batch.ts'
import {
  BYTES,
  bottomOf,
  EVENT_TIME,
  FIELD_KINDS,
  type FieldSpec,
  goesOn,
  SLOTS,
  type Storage,
  storageOf,
} from './field.ts'
import { type Period, type PeriodClock, periodClock } from './period.ts'
import { type View, viewFields, viewIdentifiers } from './view.ts'

export interface AccumulatorDefinition {
  /** Also the name of the PostgreSQL view, unless `view` gives another. */
  readonly name: string
  /** The PostgreSQL table of the parts: one row a period, key and origin. */
  readonly table: string
  readonly period: Period
  /** The text columns that make the key: of each input, or a constant of its feed. */
  readonly key: readonly string[]
  /** What feeds it. A field that names no input is fed by the first. */
  readonly feeds: readonly Feed[]
  readonly fields: Readonly<Record<string, FieldSpec>>
  /** Without one, the view shows the fields. */
  readonly view?: View
  /** How often its rows are synced to PostgreSQL; where absent, as often as a setting says. */
  readonly syncSeconds?: number
  /** The `latest` field by which the store judges directions: of a key that is the first text of the first input. */
  readonly reference?: string
}

export interface Feed {
  readonly input: EventInput
  /** Key columns that the input has not. */
  readonly constants?: Readonly<Record<string, string>>
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
  /** The input that feeds it. */
  readonly input: EventInput
  /** `records` only: the index in `fields` of the extreme it counts. */
  readonly extreme: number
  /** `records` with a `minMoveBps` only: the index in `fields` of the measure at the last record; else -1. */
  readonly lastRecord: number
}

export interface Accumulator extends AccumulatorDefinition {
  /** That of the first feed. */
  readonly input: EventInput
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
const MOVE_BPS_MAX = 10_000

/** Checks a definition and works out the places of its fields. Throws on a definition that cannot join. */
export function defineAccumulator(definition: AccumulatorDefinition): Accumulator {
  checkDefinition(definition)
  const { period, fields, feeds } = definition
  const [main] = feeds
  demand(main !== undefined, 'an accumulator is fed by at least one input')
  const fieldList: Field[] = []
  let slot = 0
  let byte = 0
  for (const [name, spec] of Object.entries(fields)) {
    const storage = storageOf(spec)
    const input = inputOfField(definition, spec)
    const digits = digitsOf(input, spec)
    const extreme = spec.kind === 'records' ? extremeOf(definition, name, spec.of) : -1
    fieldList.push({
      name,
      spec,
      storage,
      slot,
      byte,
      digits,
      input,
      extreme,
      lastRecord: lastRecordOf(definition, name),
    })
    slot += SLOTS[storage]
    byte += BYTES[storage]
  }
  const bottoms = Float64Array.from(fieldList.flatMap((field) => bottomOf(field.spec.kind)))
  const carries = fieldList.some((field) => goesOn(field.spec.kind))
  const clock = periodClock(period)
  return { ...definition, input: main.input, clock, fieldList, slots: slot, fieldBytes: byte, bottoms, goesOn: carries }
}

/** The index of a measure in the columns of the input, or -1 for the event time. */
export function measureIndex(input: EventInput, measure: string): number {
  if (measure === EVENT_TIME) return -1
  const index = Object.keys(input.measures).indexOf(measure)
  demand(index >= 0, `${measure} is no measure of ${input.name}`)
  return index
}

/** Whether fields of it are fed by direction. */
export function isDirectional({ fieldList }: Pick<Accumulator, 'fieldList'>): boolean {
  return fieldList.some(({ spec }) => 'when' in spec)
}

function checkDefinition(definition: AccumulatorDefinition): void {
  const { name, table, period, key, feeds, fields, reference, view } = definition
  const shown = viewIdentifiers(view)
  for (const identifier of [name, table, period.column, ...key, ...Object.keys(fields), ...shown]) {
    demand(IDENTIFIER.test(identifier), `${identifier} in accumulator ${name} is no lower-case SQL identifier`)
  }
  const count = Object.keys(fields).length
  demand(count > 0 && count <= FIELDS_MAX, `accumulator ${name} has 1 to ${FIELDS_MAX} fields`)
  demand(feeds.length > 0, `accumulator ${name} is fed by at least one input`)
  for (const { input, constants = {} } of feeds) {
    const unknown = key.find((column) => !input.texts.includes(column) && constants[column] === undefined)
    demand(unknown === undefined, `${name}: ${unknown} is no text of ${input.name}, and no constant of its feed`)
  }
  for (const [field, { kind }] of Object.entries(fields)) {
    const message = `${name}.${field} is of the kind ${kind}, which cannot join; there are ${FIELD_KINDS.join(', ')}`
    demand(FIELD_KINDS.includes(kind), message)
  }
  const missing = viewFields(view).find((field) => fields[field] === undefined)
  demand(missing === undefined, `the view of ${name} shows ${missing}, which is no field`)
  const timed = view?.kind === 'fields' ? Object.values(view.times ?? {}) : []
  const timeless = timed.find((field) => fields[field]?.kind !== 'first' && fields[field]?.kind !== 'last')
  demand(timeless === undefined, `the view of ${name} shows the time of ${timeless}, which is no first or last field`)
  const twice = shown.find((column) => fields[column] !== undefined)
  demand(twice === undefined, `${name} has a field ${twice} and a column ${twice} of its view`)
  demand(reference === undefined || fields[reference]?.kind === 'latest', `${name}: ${reference} is no latest field`)
}

function inputOfField({ name, feeds }: AccumulatorDefinition, spec: FieldSpec): EventInput {
  const from = 'from' in spec ? spec.from : undefined
  const feed = from === undefined ? feeds[0] : feeds.find(({ input }) => input.name === from)
  demand(feed !== undefined, `accumulator ${name} is not fed by ${from}`)
  return feed.input
}

function digitsOf(input: EventInput, spec: FieldSpec): number | undefined {
  if (spec.kind === 'count' || spec.kind === 'records') return undefined
  const of: readonly string[] = typeof spec.of === 'string' ? [spec.of] : spec.of.product
  if (of.includes(EVENT_TIME)) {
    demand(of.length === 1 && spec.kind !== 'sum' && spec.kind !== 'net', 'a time has no sum')
    return undefined
  }
  return of.reduce((digits, measure) => {
    measureIndex(input, measure)
    return digits + (input.measures[measure] ?? 0)
  }, 0)
}

function extremeOf({ name, feeds, fields }: AccumulatorDefinition, fieldName: string, of: string): number {
  const spec = fields[of]
  const isExtreme = (spec?.kind === 'max' || spec?.kind === 'min') && spec.atRecord === undefined
  demand(isExtreme, `${name}.${fieldName} counts records of ${of}, which is no max or min field`)
  const isFedAlike = spec.from === undefined || spec.from === feeds[0]?.input.name
  demand(isFedAlike, `${name}.${fieldName} counts records of ${of}, which another input feeds`)
  return Object.keys(fields).indexOf(of)
}

/** Where a records field has a least move, another field keeps the measure at its last record. */
function lastRecordOf({ name, fields }: AccumulatorDefinition, fieldName: string): number {
  const spec = fields[fieldName]
  if (spec?.kind !== 'records' || (spec.minMoveBps ?? 0) === 0) return -1
  const { minMoveBps = 0 } = spec
  demand(
    Number.isInteger(minMoveBps) && minMoveBps > 0 && minMoveBps <= MOVE_BPS_MAX,
    `${name}.${fieldName}: minMoveBps is a whole number from 0 to ${MOVE_BPS_MAX}`,
  )
  const extreme = fields[spec.of]
  const index = Object.values(fields).findIndex(
    (other) => other.kind === extreme?.kind && 'atRecord' in other && other.atRecord === fieldName,
  )
  demand(
    index >= 0,
    `${name}.${fieldName} has a minMoveBps, and no ${extreme?.kind} field with atRecord: '${fieldName}'`,
  )
  return index
}
