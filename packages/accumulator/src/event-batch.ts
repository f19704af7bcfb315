/**
 * What an accumulator is fed: a batch of events in columns, not an object each. A tick is the built-in kind of event; its
 * input names one text (symbol) and two measures (price, volume), each an integer at the scale of the input.
 */
import { assert } from './assert.ts'
import { highLimb, lowLimb } from './limbs.ts'

/** The shape of one kind of event. The shard of an event is that of its first text column. */
export interface EventInput {
  readonly name: string
  readonly texts: readonly string[]
  /** Measure name to its number of decimal digits: a price of 167.41 at 4 digits is 1674100. */
  readonly measures: Readonly<Record<string, number>>
}

export class EventBatch {
  readonly input: EventInput
  /** Event times, integer µs since the epoch. */
  readonly timeUs: number[] = []
  /** The ordinal of each event in its request, from 0, rejected ones counted too: sequences number these. */
  readonly ordinal: number[] = []
  /** One column a text of the input, in its order. */
  readonly texts: readonly string[][]
  /** One column a measure of the input, in its order: the limbs of an int64. */
  readonly high: readonly number[][]
  readonly low: readonly number[][]
  /** Indexes of events that only count and add up: they set no extreme, no first and no last. */
  readonly sumsOnly = new Set<number>()

  constructor(input: EventInput) {
    this.input = input
    this.texts = input.texts.map(() => [])
    this.high = Object.keys(input.measures).map(() => [])
    this.low = Object.keys(input.measures).map(() => [])
  }

  get count(): number {
    return this.timeUs.length
  }

  /** Appends one event; measures are scaled integers in the order of the input. */
  add(ordinal: number, timeUs: number, texts: readonly string[], measures: readonly bigint[]): void {
    assert(texts.length === this.texts.length && measures.length === this.high.length, 'an event fits its input')
    this.ordinal.push(ordinal)
    this.timeUs.push(timeUs)
    texts.forEach((text, column) => this.texts[column]?.push(text))
    measures.forEach((value, column) => {
      this.high[column]?.push(highLimb(value))
      this.low[column]?.push(lowLimb(value))
    })
  }
}
