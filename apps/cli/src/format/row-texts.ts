/** A row as people read it: each field as decimal text in its own unit, times in ISO 8601; the same words as the views. */
import {
  type Accumulator,
  bottomOf,
  EVENT_TIME,
  type Field,
  formatScaled,
  limbsToBigInt,
  type Row,
} from '@weir/accumulator'

/** Field name to text, `updates` first; undefined where nothing has fed the field yet. */
export function rowTexts(accumulator: Accumulator, row: Row): Map<string, string | undefined> {
  const texts = new Map<string, string | undefined>([['updates', String(row.updates)]])
  for (const field of accumulator.fieldList) {
    texts.set(field.name, fieldText(field, row.slots))
    if (field.storage !== 'event') continue
    const isSet = !isBottom(field, row.slots)
    texts.set(`${field.name}_time`, isSet ? timeText(row.slots[field.slot + 2] as number) : undefined)
    texts.set(`${field.name}_arrival`, isSet ? String(row.slots[field.slot + 3]) : undefined)
  }
  return texts
}

function fieldText(field: Field, slots: Float64Array): string | undefined {
  if (!startsAtZero(field) && isBottom(field, slots)) return undefined
  const plus = limbsToBigInt(slots[field.slot] as number, slots[field.slot + 1] as number)
  const minus =
    field.storage === 'net' ? limbsToBigInt(slots[field.slot + 2] as number, slots[field.slot + 3] as number) : 0n
  const isTime = 'of' in field.spec && field.spec.of === EVENT_TIME
  return isTime ? timeText(Number(plus)) : formatScaled(plus - minus, field.digits ?? 0)
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
