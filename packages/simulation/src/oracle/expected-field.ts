/**
 * What a field must be when exactly these ticks have fed it, in this order of arrival. Written against the meaning of each
 * kind, with plain integers: nothing of fold, merge or join is used, since those are what it judges.
 */
import {
  type Accumulator,
  bottomOf,
  EVENT_TIME,
  type Field,
  type FieldSpec,
  limbsToBigInt,
  type Row,
} from '@weir/accumulator'
import { changeOf, inputOf, type Op, volumeOf } from '../plan/op.ts'
import { directionsOf } from './direction.ts'

/** One number for most kinds, two for `net` (plus, minus) and for `first` and `last` (value, time). */
export type FieldValue = readonly bigint[]

/** `all`: the events that feed the row. */
export function expectedField(accumulator: Accumulator, field: Field, all: readonly Op[]): FieldValue {
  const { spec } = field
  const ops = feedingField(field, all)
  if (ops.length === 0) return bottomValue(field)
  switch (spec.kind) {
    case 'count':
      return [BigInt(ops.length)]
    case 'sum':
      return [
        typeof spec.of === 'string'
          ? total(ops, spec.of)
          : ops.reduce((sum, op) => sum + measure(op, 'price') * measure(op, 'volume'), 0n),
      ]
    case 'net':
      return [
        sumOf(ops, (op) => largerOf(measure(op, spec.of), 0n)),
        sumOf(ops, (op) => largerOf(-measure(op, spec.of), 0n)),
      ]
    case 'max':
      return [ops.map((op) => measure(op, spec.of)).reduce(largerOf)]
    case 'min':
      return [ops.map((op) => measure(op, spec.of)).reduce(smallerOf)]
    case 'first': {
      const op = ops.reduce((a, b) => (b.timeUs < a.timeUs ? b : a))
      return [measure(op, spec.of), BigInt(op.timeUs)]
    }
    case 'last': {
      const op = ops.reduce((a, b) => (b.timeUs >= a.timeUs ? b : a))
      return [measure(op, spec.of), BigInt(op.timeUs)]
    }
    case 'latest':
      return [measure(ops.at(-1) as Op, spec.of)]
    case 'records':
      return [BigInt(countRecords(accumulator, spec, ops))]
  }
}

/** The events of a symbol and day that feed an accumulator: records are posted to some only. */
export function feedingRow({ feeds }: Accumulator, ops: readonly Op[]): readonly Op[] {
  return ops.filter((op) => feeds.some(({ input }) => input.name === inputOf(op).name))
}

function feedingField({ spec, input }: Field, ops: readonly Op[]): readonly Op[] {
  const directions = directionsOf(ops)
  return ops.filter((op, index) => {
    if (inputOf(op).name !== input.name) return false
    if ('when' in spec && spec.when !== undefined) return directions[index] === spec.when
    return op.kind !== 'volume-only' || spec.kind === 'count' || spec.kind === 'sum' || spec.kind === 'net'
  })
}

function bottomValue({ spec, storage }: Field): FieldValue {
  const slots = Float64Array.from(bottomOf(spec.kind))
  return storedField({ spec, slot: 0, storage }, { slots })
}

/** What a row holds, as the same numbers. */
export function storedField(
  { spec, slot, storage }: Pick<Field, 'spec' | 'slot' | 'storage'>,
  { slots }: Pick<Row, 'slots'>,
): FieldValue {
  const value = limbsToBigInt(slots[slot] as number, slots[slot + 1] as number)
  if (storage === 'net') return [value, limbsToBigInt(slots[slot + 2] as number, slots[slot + 3] as number)]
  return spec.kind === 'first' || spec.kind === 'last' ? [value, BigInt(slots[slot + 2] as number)] : [value]
}

/** Each price beyond all before it, but not the first of all. */
function countRecords(
  { fields }: Accumulator,
  spec: Extract<FieldSpec, { kind: 'records' }>,
  ops: readonly Op[],
): number {
  const extreme = fields[spec.of] as Extract<FieldSpec, { kind: 'max' | 'min' }>
  const prices = ops.map((op) => measure(op, extreme.of))
  let best = prices[0] as bigint
  let records = 0
  for (const price of prices) {
    if (extreme.kind === 'max' ? price <= best : price >= best) continue
    best = price
    records += 1
  }
  return records
}

function measure(op: Op, name: string): bigint {
  switch (name) {
    case 'price':
      return BigInt(op.price)
    case 'volume':
    case 'size':
      return volumeOf(op)
    case 'change':
      return changeOf(op)
    case EVENT_TIME:
      return BigInt(op.timeUs)
    default:
      throw new Error(`bug: no event has a ${name}`)
  }
}

function total(ops: readonly Op[], name: string): bigint {
  return sumOf(ops, (op) => measure(op, name))
}

function sumOf(ops: readonly Op[], valueOf: (op: Op) => bigint): bigint {
  return ops.reduce((sum, op) => sum + valueOf(op), 0n)
}

function largerOf(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

function smallerOf(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
