/** A row as people read it: each field as decimal text in its own unit, times in ISO 8601; the same words as the views. */
import { type Accumulator, eventTimeText, fieldText, type Row } from '@weir/accumulator'

/** Field name to text, `updates` first; undefined where nothing has fed the field yet. */
export function rowTexts(accumulator: Accumulator, row: Row): Map<string, string | undefined> {
  const texts = new Map<string, string | undefined>([['updates', String(row.updates)]])
  for (const field of accumulator.fieldList) {
    texts.set(field.name, fieldText(field, row.slots))
    if (field.storage !== 'event') continue
    const time = eventTimeText(field, row.slots)
    texts.set(`${field.name}_time`, time)
    texts.set(`${field.name}_arrival`, time === undefined ? undefined : String(row.slots[field.slot + 3]))
  }
  return texts
}
