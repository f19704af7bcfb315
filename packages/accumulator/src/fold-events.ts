/**
 * A batch of events to what `apply` takes: for every accumulator that they feed its deltas by period, and the events whose
 * direction only the store can judge.
 */
import { type Accumulator, isDirectional, measureIndex } from './accumulator.ts'
import { assert } from './assert.ts'
import { type DirectionReference, directionalFields, judgeDirections, OPEN } from './direction.ts'
import type { EventBatch } from './event-batch.ts'
import { type FoldedRows, foldColumns } from './fold-columns.ts'
import type { OpenEvent, Segment, SegmentPart } from './hot-store.ts'
import type { Layout } from './layout.ts'
import type { MeasureColumn } from './measure-column.ts'
import type { Delta } from './row.ts'

export type FoldedEvents = Pick<Segment, 'parts' | 'open'>

/** `indexes`: those of one shard, in their order. Throws FieldOverflowError where they alone exceed a field. */
export function foldEvents(layout: Layout, events: EventBatch, indexes: ArrayLike<number>): FoldedEvents {
  const fed = layout.accumulators.filter(({ feeds }) => feeds.some(({ input }) => input.name === events.input.name))
  const { reference } = layout
  const isJudged = reference?.accumulator.input.name === events.input.name && fed.some(isDirectional)
  const directions = isJudged ? judgeDirections(reference, events, indexes) : undefined
  const open: OpenEvent[] = []
  const parts = fed.flatMap((accumulator) => {
    const folded = foldColumns(accumulator, events, indexes, directions)
    if (isJudged && directions !== undefined && isDirectional(accumulator)) {
      const read = openEventReader(accumulator, reference, events)
      directions.forEach((direction, place) => {
        const delta = folded.deltas[folded.rows.ofEvent[place] as number] as Delta
        if (direction === OPEN) open.push(read(indexes[place] as number, delta))
      })
    }
    return partsOf(accumulator, folded)
  })
  return { parts, open }
}

/** By period, with the events counted apart from the deltas, so that `weir verify` can hold one to the other. */
function partsOf({ name }: Accumulator, { deltas, rows: { ofEvent, periods, count } }: FoldedRows): SegmentPart[] {
  const eventsOf = new Int32Array(count)
  for (const row of ofEvent) eventsOf[row] = (eventsOf[row] as number) + 1
  const accepted = new Map<number, number>()
  for (const [row, period] of periods.entries()) {
    accepted.set(period, (accepted.get(period) ?? 0) + (eventsOf[row] as number))
  }
  const byPeriod = accepted.size === 1 ? undefined : Map.groupBy(deltas, ({ period }) => period)
  return [...accepted].map(([period, events]) => ({
    accumulator: name,
    period,
    accepted: events,
    deltas: byPeriod?.get(period) ?? deltas,
  }))
}

function openEventReader(
  accumulator: Accumulator,
  { accumulator: judge, measure }: DirectionReference,
  { timeUs, texts, measures, input }: EventBatch,
): (index: number, delta: Delta) => OpenEvent {
  const columns = directionalFields(accumulator).measures.map((name) => measures[measureIndex(input, name)])
  const judged = measures[measure]
  const [keys] = texts
  assert(judged !== undefined && keys !== undefined, 'a batch has the columns of its input')
  const limbs = (column: MeasureColumn | undefined, index: number): [number, number] => [
    column?.highAt(index) ?? 0,
    column?.lowAt(index) ?? 0,
  ]
  return (index, { period, key }) => ({
    accumulator: accumulator.name,
    period,
    key,
    reference: { period: judge.clock.idOf(timeUs[index] as number), key: keys.at(index) },
    judged: limbs(judged, index),
    measures: columns.flatMap((column) => limbs(column, index)),
  })
}
