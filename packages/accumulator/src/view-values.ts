/** A row with the columns that its view shows (but for quotients), as JSON: for reads that do not go through PostgreSQL. */
import type { Accumulator, Field } from './accumulator.ts'
import { assert } from './assert.ts'
import { eventTimeText, fieldText } from './field-text.ts'
import type { Row } from './row.ts'

/** Counts are numbers; prices and sums decimal text, to keep every digit; times ISO 8601; null is what nothing has fed. */
export type ViewValues = Readonly<Record<string, string | number | null>>

export function viewValues(accumulator: Accumulator, { slots }: Row): ViewValues {
  const values: Record<string, string | number | null> = {}
  for (const field of accumulator.fieldList) {
    if (field.spec.kind === 'latest' || 'atRecord' in field.spec) continue
    const text = fieldText(field, slots)
    const isCount = field.spec.kind === 'count' || field.spec.kind === 'records'
    values[field.name] = text === undefined ? null : isCount ? Number(text) : text
  }
  const { view } = accumulator
  const times = view?.kind === 'fields' ? Object.entries(view.times ?? {}) : []
  for (const [name, event] of times) values[name] = eventTimeText(fieldOf(accumulator, event), slots) ?? null
  return values
}

function fieldOf({ fieldList, name }: Accumulator, of: string): Field {
  const field = fieldList.find((candidate) => candidate.name === of)
  assert(field !== undefined, () => `${name} has a field ${of}`)
  return field
}
