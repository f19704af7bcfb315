/** For tests: the state of a row after some events, made by the fold and the merge as in production. */
import { type Accumulator, EventBatch, emptyRow, Fold, merge, type Row } from '@weir/accumulator'

export interface TestEvent {
  readonly timeUs: number
  /** In the order of the input, as scaled integers. */
  readonly measures: readonly bigint[]
}

/** All events must lie in one period. */
export function fedRow(accumulator: Accumulator, from: Row | string, events: readonly TestEvent[]): Row {
  const batch = new EventBatch(accumulator.input)
  const texts = accumulator.input.texts.map(() => 'X')
  events.forEach(({ timeUs, measures }, index) => batch.add(index, timeUs, texts, measures))
  const fold = new Fold(accumulator)
  for (let index = 0; index < batch.count; index++) fold.add(batch, index)
  const row = typeof from === 'string' ? emptyRow(accumulator, from) : from
  return fold.deltas().reduce((state, delta) => {
    const outcome = merge(accumulator, state, delta)
    if (outcome.kind === 'overflow') throw new RangeError(outcome.field)
    return outcome.row
  }, row)
}
