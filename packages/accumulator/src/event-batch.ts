/**
 * What an accumulator is fed: a batch of events in typed columns, not an object each. A tick is the built-in kind of event;
 * its input names one text (symbol) and two measures (price, volume), each an integer at the scale of the input.
 */
import { assert } from './assert.ts'
import { ColumnMemory } from './column-memory.ts'
import { MeasureColumn } from './measure-column.ts'
import { TextColumn } from './text-column.ts'

/** The shape of one kind of event. The shard of an event is that of its first text column. */
export interface EventInput {
  readonly name: string
  readonly texts: readonly string[]
  /** Measure name to its number of decimal digits: a price of 167.41 at 4 digits is 1674100. */
  readonly measures: Readonly<Record<string, number>>
}

const CAPACITY_MIN = 16

export class EventBatch {
  readonly input: EventInput
  /** Event times, integer µs since the epoch; valid below `count`, as all columns. */
  timeUs: Float64Array
  /** The ordinal of each event in its request, from 0, rejected ones counted too: sequences number these. */
  ordinal: Int32Array
  /** One column a text of the input, in its order. */
  readonly texts: readonly TextColumn[]
  /** One column a measure of the input, in its order. */
  readonly measures: readonly MeasureColumn[]
  /** Indexes of events that only count and add up: they set no extreme, no first and no last. */
  readonly sumsOnly = new Set<number>()
  readonly #memory: ColumnMemory
  #count = 0

  /** `capacity`: how many events are expected; more may come. `memory`: where the columns are taken from. */
  constructor(input: EventInput, capacity = CAPACITY_MIN, memory = new ColumnMemory()) {
    const size = Math.max(CAPACITY_MIN, capacity)
    this.input = input
    this.#memory = memory
    this.timeUs = memory.doubles(size)
    this.ordinal = memory.integers(size)
    this.texts = input.texts.map(() => new TextColumn(memory.integers(size)))
    this.measures = Object.keys(input.measures).map(() => new MeasureColumn(memory.doubles(size)))
  }

  /** Gives the columns back to the memory that they are from. The batch is empty then: nobody may read it any more. */
  release(): void {
    this.#count = 0
    this.#moveTo(0)
  }

  get count(): number {
    return this.#count
  }

  /** All indexes, in their order. */
  indexes(): Int32Array {
    return Int32Array.from({ length: this.#count }, (_, index) => index)
  }

  /** Makes room for one more event and gives its index; the caller sets its texts and measures. */
  append(ordinal: number, timeUs: number): number {
    if (this.#count === this.timeUs.length) this.#moveTo(2 * this.timeUs.length)
    const index = this.#count++
    this.ordinal[index] = ordinal
    this.timeUs[index] = timeUs
    return index
  }

  /** Appends one event; measures are scaled integers in the order of the input. */
  add(ordinal: number, timeUs: number, texts: readonly string[], measures: readonly (number | bigint)[]): void {
    assert(texts.length === this.texts.length && measures.length === this.measures.length, 'an event fits its input')
    const index = this.append(ordinal, timeUs)
    this.texts.forEach((column, at) => {
      column.ids[index] = column.idOf(texts[at] as string)
    })
    this.measures.forEach((column, at) => column.set(index, measures[at] as number | bigint))
  }

  #moveTo(capacity: number): void {
    const memory = this.#memory
    this.timeUs = memory.moveDoubles(this.timeUs, capacity)
    this.ordinal = memory.moveIntegers(this.ordinal, capacity)
    for (const column of this.texts) column.ids = memory.moveIntegers(column.ids, capacity)
    for (const column of this.measures) column.values = memory.moveDoubles(column.values, capacity)
  }
}
