/** A field as people read it: decimal text in its own unit, times in ISO 8601; the same digits as in the views. */
import type { Field } from './accumulator.ts'
import { bottomOf, EVENT_TIME } from './field.ts'
import { limbsToBigInt } from './limbs.ts'
import { formatScaled } from './scaled-integer.ts'

/** Undefined where nothing has fed the field yet; counts and sums start at 0. */
export function fieldText(field: Field, slots: Float64Array): string | undefined {
  if (!startsAtZero(field) && isBottom(field, slots)) return undefined
  const plus = limbsToBigInt(slots[field.slot] as number, slots[field.slot + 1] as number)
  const minus =
    field.storage === 'net' ? limbsToBigInt(slots[field.slot + 2] as number, slots[field.slot + 3] as number) : 0n
  const isTime = 'of' in field.spec && field.spec.of === EVENT_TIME
  return isTime ? timeText(Number(plus)) : formatScaled(plus - minus, field.digits ?? 0)
}

/** The time of a `first` or `last` event; undefined before there is one. */
export function eventTimeText(field: Field, slots: Float64Array): string | undefined {
  return isBottom(field, slots) ? undefined : timeText(slots[field.slot + 2] as number)
}

/** Microseconds since the epoch to ISO 8601 with as many decimals as it needs. */
export function timeText(timeUs: number): string {
  const iso = new Date(Math.floor(timeUs / 1000)).toISOString()
  const restUs = timeUs % 1000
  return restUs === 0 ? iso : iso.replace('Z', `${String(restUs).padStart(3, '0')}Z`)
}

function startsAtZero({ spec }: Field): boolean {
  return spec.kind === 'count' || spec.kind === 'sum' || spec.kind === 'net' || spec.kind === 'records'
}

function isBottom(field: Field, slots: Float64Array): boolean {
  return bottomOf(field.spec.kind).every((value, index) => slots[field.slot + index] === value)
}
