/**
 * A batch of events to what `apply` takes: for every accumulator that they feed its deltas by period, and the events whose
 * direction only the store can judge.
 */
import { type Accumulator, isDirectional, measureIndex } from './accumulator.ts'
import { assert } from './assert.ts'
import { Deltas } from './deltas.ts'
import { type DirectionReference, directionalFields, judgeDirections, OPEN } from './direction.ts'
import type { EventBatch } from './event-batch.ts'
import { type FoldedRows, foldColumns } from './fold-columns.ts'
import type { OpenEvents, Segment, SegmentPart } from './hot-store.ts'
import type { Layout } from './layout.ts'
import { foldScratch } from './scratch.ts'

export type FoldedEvents = Pick<Segment, 'parts' | 'open'>

/** `indexes`: those of one shard, in their order. Throws FieldOverflowError where they alone exceed a field. */
export function foldEvents(layout: Layout, events: EventBatch, indexes: ArrayLike<number>): FoldedEvents {
  const fed = layout.accumulators.filter(({ feeds }) => feeds.some(({ input }) => input.name === events.input.name))
  const { reference } = layout
  const isJudged = reference?.accumulator.input.name === events.input.name && fed.some(isDirectional)
  const directions = isJudged ? judgeDirections(reference, events, indexes) : undefined
  const open: OpenEvents[] = []
  const parts = fed.flatMap((accumulator) => {
    const folded = foldColumns(accumulator, events, indexes, directions)
    if (isJudged && directions !== undefined && isDirectional(accumulator)) {
      open.push(...openEventsOf(accumulator, reference, events, indexes, directions, folded))
    }
    return partsOf(accumulator, folded)
  })
  return { parts, open }
}

/** By period, with the events counted apart from the deltas, so that `weir verify` can hold one to the other. */
function partsOf({ name }: Accumulator, { columns, rows: { ofEvent, periods, count } }: FoldedRows): SegmentPart[] {
  const eventsOf = foldScratch.integers(count, 0)
  for (let place = 0; place < ofEvent.length; place++) {
    const row = ofEvent[place] as number
    eventsOf[row] = (eventsOf[row] as number) + 1
  }
  const parts: SegmentPart[] = []
  let accepted = 0
  let from = 0
  for (let row = 0; row < count; row++) {
    accepted += eventsOf[row] as number
    const period = periods[row] as number
    if (row + 1 < count && periods[row + 1] === period) continue
    parts.push({ accumulator: name, period, accepted, deltas: new Deltas(period, columns, from, row + 1) })
    from = row + 1
    accepted = 0
  }
  return parts
}

function openEventsOf(
  accumulator: Accumulator,
  { accumulator: judge, measure }: DirectionReference,
  { timeUs, texts, measures, input }: EventBatch,
  indexes: ArrayLike<number>,
  directions: Uint8Array,
  { columns, rows }: FoldedRows,
): Iterable<OpenEvents> {
  const added = directionalFields(accumulator).measures.map((name) => measures[measureIndex(input, name)])
  const taken = [measures[measure], ...added]
  const [keys] = texts
  assert(keys !== undefined, 'events are judged by their first text')
  const byRow = new Map<number, OpenEvents & { references: OpenEvents['references'][number][]; values: number[] }>()
  for (let place = 0; place < directions.length; place++) {
    if (directions[place] !== OPEN) continue
    const index = indexes[place] as number
    const row = rows.ofEvent[place] as number
    let ofRow = byRow.get(row)
    if (ofRow === undefined) {
      const period = rows.periods[row] as number
      const key = columns.keys[row] as string
      ofRow = { accumulator: accumulator.name, period, key, references: [], values: [] }
      byRow.set(row, ofRow)
    }
    ofRow.references.push({ period: judge.clock.idOf(timeUs[index] as number), key: keys.at(index) })
    for (const column of taken) ofRow.values.push(column?.highAt(index) ?? 0, column?.lowAt(index) ?? 0)
  }
  return byRow.values()
}
