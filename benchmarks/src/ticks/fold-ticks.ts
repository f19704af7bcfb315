/** Ticks as Weir's own columns, deltas and rows, for what is measured apart from ingestion. */
import {
  type ApplyCall,
  type ColdRow,
  type EventBatch,
  type EventInput,
  type FoldedEvents,
  foldEvents,
  type Layout,
} from '@weir/accumulator'
import { KnownSymbols, TickReader } from '@weir/ingest'
import type { BenchTick } from './bench-ticks.ts'

/** What ticks are, by the layout's first accumulator. */
export function tickInputOf({ accumulators: [first] }: Layout): EventInput {
  if (first === undefined) throw new Error('a layout has an accumulator')
  return first.input
}

export function readColumns(input: EventInput, ticks: readonly BenchTick[], symbols = new KnownSymbols()): EventBatch {
  const reader = new TickReader(input, { symbols, ticksExpected: ticks.length })
  for (const { symbol, price, volume, timestamp } of ticks) reader.add(symbol, price, volume, timestamp)
  return reader.finish().events
}

/** As if all symbols were of one shard. */
export function foldTicks(layout: Layout, ticks: readonly BenchTick[]): FoldedEvents {
  const events = readColumns(tickInputOf(layout), ticks)
  return foldEvents(layout, events, events.indexes())
}

/** The rows of one accumulator that an empty store has after these ticks. */
export function rowsOfTicks(
  layout: Layout,
  accumulator: string,
  ticks: readonly BenchTick[],
  origin: string,
): ColdRow[] {
  return foldTicks(layout, ticks)
    .parts.filter((part) => part.accumulator === accumulator)
    .flatMap(({ deltas }) => [...deltas])
    .map(({ period, key, updates, slots }) => ({ period, key, row: { origin, updates, slots } }))
}

/** A call of one segment without a mark. */
export function applyCall(folded: FoldedEvents, sequence: number): ApplyCall {
  return {
    candidate: sequence.toString(16).padStart(16, '0'),
    lane: { name: 'bench', sequence },
    segments: [{ mark: { kind: 'none' }, ...folded }],
    seeds: { kind: 'unavailable' },
    openUnrestored: true,
  }
}
