/**
 * A batch of events to what `apply` takes: for every accumulator that they feed its deltas by period, and the events whose
 * direction only the store can judge.
 */
import type { Accumulator } from './accumulator.ts'
import { isDirectional, measureIndex } from './accumulator.ts'
import { directionalFields, type JudgedDirection, judgeDirections } from './direction.ts'
import type { EventBatch } from './event-batch.ts'
import { Fold } from './fold.ts'
import type { OpenEvent, Segment } from './hot-store.ts'
import type { Layout } from './layout.ts'
import type { Delta } from './row.ts'

export type FoldedEvents = Pick<Segment, 'parts' | 'open'>

/** `indexes`: those of one shard, in their order. Throws FieldOverflowError where they alone exceed a field. */
export function foldEvents(layout: Layout, events: EventBatch, indexes: readonly number[]): FoldedEvents {
  const fed = layout.accumulators.filter(({ feeds }) => feeds.some(({ input }) => input.name === events.input.name))
  const { reference } = layout
  const isJudged = reference?.accumulator.input.name === events.input.name && fed.some(isDirectional)
  const directions = isJudged ? judgeDirections(reference, events, indexes) : NO_DIRECTIONS
  const open: OpenEvent[] = []
  const parts = fed.flatMap((accumulator) => {
    const fold = new Fold(accumulator, events.input)
    const takeOpen =
      isJudged && isDirectional(accumulator) ? openEventReader(accumulator, reference, events) : undefined
    for (const index of indexes) {
      const direction = directions.get(index)
      const delta = fold.add(events, index, direction)
      if (direction === 'open' && takeOpen !== undefined) open.push(takeOpen(index, delta))
    }
    const byPeriod = Map.groupBy(fold.deltas(), (delta: Delta) => delta.period)
    return [...fold.accepted()].map(([period, accepted]) => ({
      accumulator: accumulator.name,
      period,
      accepted,
      deltas: byPeriod.get(period) ?? [],
    }))
  })
  return { parts, open }
}

const NO_DIRECTIONS: ReadonlyMap<number, JudgedDirection> = new Map()

function openEventReader(
  accumulator: Accumulator,
  { accumulator: judge, measure }: NonNullable<Layout['reference']>,
  { timeUs, texts, high, low, input }: EventBatch,
): (index: number, delta: Delta) => OpenEvent {
  const columns = directionalFields(accumulator).measures.map((name) => measureIndex(input, name))
  const limbs = (column: number, index: number): [number, number] => [
    high[column]?.[index] as number,
    low[column]?.[index] as number,
  ]
  return (index, { period, key }) => ({
    accumulator: accumulator.name,
    period,
    key,
    reference: { period: judge.clock.idOf(timeUs[index] as number), key: texts[0]?.[index] as string },
    judged: limbs(measure, index),
    measures: columns.flatMap((column) => limbs(column, index)),
  })
}
