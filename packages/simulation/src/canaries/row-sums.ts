/** Rows added up and subtracted: what no row of Weir is, and what wrong variants do. */
import { type Accumulator, type Field, highLimb, limbsToBigInt, lowLimb, type Row } from '@weir/accumulator'

export function addRows(accumulator: Accumulator, a: Row, b: Row): Row {
  return withSums(
    accumulator,
    a,
    a.updates + b.updates,
    (field, place) => valueAt(a, field, place) + valueAt(b, field, place),
  )
}

export function subtractRows(accumulator: Accumulator, a: Row, b: Row): Row {
  return withSums(
    accumulator,
    a,
    a.updates - b.updates,
    (field, place) => valueAt(a, field, place) - valueAt(b, field, place),
  )
}

/** Only sums: extremes and events stay as they are in `row`. */
function withSums(
  accumulator: Accumulator,
  row: Row,
  updates: number,
  sumOf: (field: Field, place: number) => bigint,
): Row {
  const slots = row.slots.slice()
  for (const field of accumulator.fieldList) {
    const { kind } = field.spec
    const places = kind === 'net' ? [0, 2] : kind === 'count' || kind === 'sum' || kind === 'records' ? [0] : []
    for (const place of places) {
      const sum = sumOf(field, place)
      slots[field.slot + place] = highLimb(sum)
      slots[field.slot + place + 1] = lowLimb(sum)
    }
  }
  return { origin: row.origin, updates, slots }
}

function valueAt({ slots }: Row, { slot }: Field, place: number): bigint {
  return limbsToBigInt(slots[slot + place] as number, slots[slot + place + 1] as number)
}
