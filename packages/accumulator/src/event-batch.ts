/**
 * What an accumulator is fed: a batch of events in typed columns, not an object each. A tick is the built-in kind of event;
 * its input names one text (symbol) and two measures (price, volume), each an integer at the scale of the input.
 */
import { assert } from './assert.ts'
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
  #count = 0

  /** `capacity`: how many events are expected; more may come. */
  constructor(input: EventInput, capacity = CAPACITY_MIN) {
    const size = Math.max(CAPACITY_MIN, capacity)
    this.input = input
    this.timeUs = new Float64Array(size)
    this.ordinal = new Int32Array(size)
    this.texts = input.texts.map(() => new TextColumn(size))
    this.measures = Object.keys(input.measures).map(() => new MeasureColumn(size))
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
    if (this.#count === this.timeUs.length) this.#grow()
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

  #grow(): void {
    const capacity = 2 * this.timeUs.length
    const { timeUs, ordinal } = this
    this.timeUs = new Float64Array(capacity)
    this.timeUs.set(timeUs)
    this.ordinal = new Int32Array(capacity)
    this.ordinal.set(ordinal)
    for (const column of [...this.texts, ...this.measures]) column.grow(capacity)
  }
}
