/**
 * The events of a fold, row by row and in their order within each: what a field's loop reads then lies side by side, and what it
 * adds up stays in a register. They live until the next fold.
 */
import { measureIndex } from './accumulator.ts'
import { assert } from './assert.ts'
import type { EventBatch } from './event-batch.ts'
import type { EventRows } from './event-rows.ts'
import { EVENT_TIME } from './field.ts'
import { foldScratch } from './scratch.ts'

export class EventsByRow {
  /** Index in the batch, by place. */
  readonly indexes: Int32Array
  /** By place; undefined where none were judged. */
  readonly directions: Uint8Array | undefined
  /** The events of a row have the places from `starts[row]` to `starts[row + 1]`. */
  readonly starts: Int32Array
  /** By place, 1 where the event only counts and adds up; undefined where there is none such. */
  readonly sumsOnly: Uint8Array | undefined
  readonly #batch: EventBatch
  readonly #columns = new Map<string, Float64Array>()

  /** `directions`: of the events at `indexes`, in their order. */
  constructor(batch: EventBatch, indexes: ArrayLike<number>, rows: EventRows, directions: Uint8Array | undefined) {
    const { ofEvent, count } = rows
    const starts = foldScratch.integers(count + 1, 0)
    for (let at = 0; at < ofEvent.length; at++) {
      const row = ofEvent[at] as number
      starts[row + 1] = (starts[row + 1] as number) + 1
    }
    for (let row = 0; row < count; row++) starts[row + 1] = (starts[row + 1] as number) + (starts[row] as number)
    const next = foldScratch.integers(count, 0)
    next.set(starts.subarray(0, count))
    const sorted = foldScratch.integers(ofEvent.length, 0)
    const sortedDirections = directions && new Uint8Array(ofEvent.length)
    for (let at = 0; at < ofEvent.length; at++) {
      const row = ofEvent[at] as number
      const place = next[row] as number
      next[row] = place + 1
      sorted[place] = indexes[at] as number
      if (sortedDirections !== undefined) sortedDirections[place] = directions?.[at] as number
    }
    this.indexes = sorted
    this.directions = sortedDirections
    this.starts = starts
    this.sumsOnly =
      batch.sumsOnly.size === 0 ? undefined : Uint8Array.from(sorted, (index) => Number(batch.sumsOnly.has(index)))
    this.#batch = batch
  }

  /** The values of a measure, by place. */
  valuesOf(measure: string): Float64Array {
    const known = this.#columns.get(measure)
    if (known !== undefined) return known
    const { timeUs, measures, input } = this.#batch
    const column = measure === EVENT_TIME ? timeUs : measures[measureIndex(input, measure)]?.values
    assert(column !== undefined, 'a batch has the columns of its input')
    const { indexes } = this
    const values = foldScratch.doubles(indexes.length)
    for (let place = 0; place < values.length; place++) values[place] = column[indexes[place] as number] as number
    this.#columns.set(measure, values)
    return values
  }
}
