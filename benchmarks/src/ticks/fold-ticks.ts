/** Ticks as Weir's own columns and rows, for what is measured apart from ingestion. */
import { type Accumulator, type ColdRow, type Delta, type EventBatch, Fold } from '@weir/accumulator'
import { TickReader } from '@weir/ingest'
import type { BenchTick } from './bench-ticks.ts'

export function readColumns(accumulator: Accumulator, ticks: readonly BenchTick[]): EventBatch {
  const reader = new TickReader(accumulator.input)
  for (const { symbol, price, volume, timestamp } of ticks) reader.add(symbol, price, volume, timestamp)
  return reader.finish().events
}

export function foldAll(accumulator: Accumulator, events: EventBatch): Delta[] {
  const fold = new Fold(accumulator)
  for (let index = 0; index < events.count; index++) fold.add(events, index)
  return fold.deltas()
}

/** The rows that an empty store has after these deltas. */
export function rowsOf(deltas: readonly Delta[], origin: string): ColdRow[] {
  return deltas.map(({ period, key, updates, slots }) => ({ period, key, row: { origin, updates, slots } }))
}
