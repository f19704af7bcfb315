/**
 * The lone form of a delta: of one event alone, whose measures and time say all. So Redis is sent those, and works the
 * fields out itself: a third of the narrow form's numbers. In a batch over many symbols most rows are fed by one event.
 */
import {
  type Accumulator,
  type Deltas,
  EVENT_TIME,
  type ExtremeLists,
  type Field,
  type FieldSpec,
  LIMB,
} from '@weir/accumulator'
import type { DoubleWriter } from './double-writer.ts'

/** How a field comes of the event: as a 1, as nothing, as a measure, the product of two, plus and minus of one, or one and its time. */
type LoneKind = 'one' | 'zero' | 'value' | 'product' | 'net' | 'event'

interface LoneField {
  readonly kind: LoneKind
  readonly slot: number
  /** Indexes in the measures of the form: of what the field takes, and of the other factor or the time. */
  readonly first: number
  readonly second: number
}

/** Where a delta has a measure that is sent: its first slot, and whether it is one double there rather than two limbs. */
interface LoneMeasure {
  readonly slot: number
  readonly isTime: boolean
}

export interface LoneForm {
  readonly measures: readonly LoneMeasure[]
  readonly fields: readonly LoneField[]
}

/** Beyond that many, an accumulator has no lone form. */
const MEASURES_MAX = 32

const forms = new WeakMap<Accumulator, LoneForm | 'none'>()

/** Undefined where a delta of one event is more than its measures: fields by direction, of other inputs, with a least move. */
export function loneForm(accumulator: Accumulator): LoneForm | undefined {
  const known = forms.get(accumulator) ?? createForm(accumulator) ?? 'none'
  forms.set(accumulator, known)
  return known === 'none' ? undefined : known
}

function createForm({ fieldList, input }: Accumulator): LoneForm | undefined {
  const isPlain = fieldList.every(
    ({ spec, input: from }) => from.name === input.name && !('when' in spec) && !('atRecord' in spec),
  )
  const names = [...new Set(fieldList.flatMap(({ spec }) => measuresOf(spec)))]
  const measures = names.flatMap((name) => sourceOf(fieldList, name) ?? [])
  if (!isPlain || measures.length < names.length || names.length > MEASURES_MAX) return undefined
  const fields = fieldList.map(({ spec, slot }) => {
    const [first = -1, second = -1] = measuresOf(spec).map((name) => names.indexOf(name))
    return { kind: kindOf(spec), slot, first, second }
  })
  return { measures, fields }
}

function measuresOf(spec: FieldSpec): readonly string[] {
  if (spec.kind === 'count' || spec.kind === 'records') return []
  if (spec.kind === 'first' || spec.kind === 'last') return [spec.of, EVENT_TIME]
  return typeof spec.of === 'string' ? [spec.of] : spec.of.product
}

/** A field that holds the measure as it is. */
function sourceOf(fieldList: readonly Field[], measure: string): LoneMeasure | undefined {
  const timed = fieldList.find(({ storage }) => storage === 'event')
  if (measure === EVENT_TIME && timed !== undefined) return { slot: timed.slot + 2, isTime: true }
  const isHolder = ({ spec, storage }: Field) =>
    storage !== 'net' && measuresOf(spec)[0] === measure && kindOf(spec) !== 'product'
  const holder = fieldList.find(isHolder)
  return holder && { slot: holder.slot, isTime: false }
}

function kindOf(spec: FieldSpec): LoneKind {
  switch (spec.kind) {
    case 'count':
      return 'one'
    case 'records':
      return 'zero'
    case 'sum':
      return typeof spec.of === 'string' ? 'value' : 'product'
    case 'net':
      return 'net'
    case 'max':
    case 'min':
    case 'latest':
      return 'value'
    case 'first':
    case 'last':
      return 'event'
  }
}

/** The measures of the delta that is looked at. */
const values = new Float64Array(MEASURES_MAX)

/** Whether the measures give the whole delta again, without rounding. */
export function isLone({ measures, fields }: LoneForm, deltas: Deltas, place: number): boolean {
  if (deltas.updates[place] !== 1) return false
  for (let list = 0; list < deltas.lists.length; list++) {
    const { starts } = deltas.lists[list] as ExtremeLists
    if ((starts[place + 1] as number) - (starts[place] as number) !== 2) return false
  }
  const { slots } = deltas
  const base = place * deltas.width
  for (let index = 0; index < measures.length; index++) {
    values[index] = measureOf(measures[index] as LoneMeasure, slots, base)
  }
  for (let index = 0; index < fields.length; index++) {
    const { kind, slot: ofField, first, second } = fields[index] as LoneField
    const slot = base + ofField
    const value = values[first] as number
    switch (kind) {
      case 'one':
        if (!holds(slots, slot, 1)) return false
        break
      case 'zero':
        if (!holds(slots, slot, 0)) return false
        break
      case 'value':
        if (!holds(slots, slot, value)) return false
        break
      case 'event':
        if (!holds(slots, slot, value) || slots[slot + 2] !== values[second] || slots[slot + 3] !== 1) return false
        break
      case 'product':
        if (!holds(slots, slot, value * (values[second] as number))) return false
        break
      case 'net':
        if (!holds(slots, slot, Math.max(0, value)) || !holds(slots, slot + 2, Math.max(0, -value))) return false
    }
  }
  return true
}

function holds(slots: Float64Array, slot: number, value: number): boolean {
  const high = Math.floor(value / LIMB)
  return Number.isSafeInteger(value) && slots[slot] === high && slots[slot + 1] === value - high * LIMB
}

function measureOf({ slot, isTime }: LoneMeasure, slots: Float64Array, base: number): number {
  const at = base + slot
  return isTime ? (slots[at] as number) : (slots[at] as number) * LIMB + (slots[at + 1] as number)
}

/** The row's place, then the measures. */
export function writeLone(
  writer: DoubleWriter,
  { measures }: LoneForm,
  { slots, width }: Deltas,
  place: number,
  rowPlace: number,
): void {
  writer.push(rowPlace)
  for (const measure of measures) writer.push(measureOf(measure, slots, place * width))
}

/** The fields' values in Lua, each by its slot's name, of the measures `m0`, `m1` …: `d6 = m1`. */
export function loneValues({ fields }: LoneForm): string[] {
  return fields.flatMap(({ kind, slot, first, second }) => {
    const [a, b] = [`m${first}`, `m${second}`]
    switch (kind) {
      case 'one':
        return [`local d${slot} = 1`]
      case 'zero':
        return []
      case 'value':
        return [`local d${slot} = ${a}`]
      case 'event':
        return [`local d${slot}, d${slot + 2}, d${slot + 3} = ${a}, ${b}, 1`]
      case 'net':
        return [`local d${slot}, d${slot + 2} = ${a} > 0 and ${a} or 0, ${a} < 0 and -${a} or 0`]
      case 'product':
        return [
          `local d${slot + 1} = ${a} * ${b} % ${LIMB}`,
          // Exact: the product is a safe integer.
          `local d${slot} = (${a} * ${b} - d${slot + 1}) / ${LIMB}`,
        ]
    }
  })
}
