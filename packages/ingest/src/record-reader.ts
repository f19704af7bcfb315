/**
 * Takes the records of one body, one after another, into columns: the texts and measures of an input, and a timestamp. What
 * cannot be right is set apart with its reason. Ticks have a reader of their own, which is faster (tick-reader.ts).
 */
import { EventBatch } from '@weir/accumulator'
import { type ReadNumber, readScaled } from './read-number.ts'
import type { RecordShape } from './record-shape.ts'
import { REJECTIONS_SHOWN_MAX, type Rejection, type TickBatch } from './tick-batch.ts'
import { productFault, readTimeUs, symbolFault, textFault } from './validate-tick.ts'

export type SentRecord = Readonly<Record<string, unknown>>

/** Turns what was sent into the columns of the input; a text is the reason why it is refused. */
export type PrepareRecord = (record: SentRecord) => SentRecord | string

/** PostgreSQL's index entries hold a third of a page; a key has at most all texts. */
const TEXTS_BYTES_MAX = 2000
const INT64_MAX = 2n ** 63n - 1n

export class RecordReader {
  readonly #shape: RecordShape
  readonly #prepare: PrepareRecord
  readonly #measures: readonly (readonly [string, number])[]
  readonly #events: EventBatch
  readonly #rejected: Rejection[] = []
  #rejectedCount = 0
  #lastReason = ''
  #records = 0

  constructor(shape: RecordShape, prepare: PrepareRecord = (record) => record) {
    this.#shape = shape
    this.#prepare = prepare
    this.#measures = Object.entries(shape.input.measures)
    this.#events = new EventBatch(shape.input)
  }

  add(sent: unknown): void {
    if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) return this.reject('is not an object')
    const record = this.#prepare(sent as SentRecord)
    if (typeof record === 'string') return this.reject(record)
    const fault = this.#textsFault(record)
    if (fault !== undefined) return this.reject(fault)
    const measures = this.#readMeasures(record)
    if (typeof measures === 'string') return this.reject(measures)
    const timeUs = readTimeUs(record.timestamp)
    if (typeof timeUs === 'string') return this.reject(timeUs)
    const texts = this.#shape.input.texts.map((name) => record[name] as string)
    this.#events.add(this.#records++, timeUs, texts, measures)
  }

  reject(reason: string): void {
    this.#rejectedCount++
    this.#lastReason = reason
    if (this.#rejected.length < REJECTIONS_SHOWN_MAX) this.#rejected.push({ index: this.#records, reason })
    this.#records++
  }

  /** What was added last, if it was refused, and why: `before` is `rejected` before it was added. */
  reasonSince(before: number): string | undefined {
    return this.#rejectedCount > before ? this.#lastReason : undefined
  }

  get rejected(): number {
    return this.#rejectedCount
  }

  finish(): TickBatch {
    const rejections = { count: this.#rejectedCount, first: this.#rejected }
    return { events: this.#events, ticks: this.#records, rejections }
  }

  #textsFault(record: SentRecord): string | undefined {
    let bytes = 0
    for (const name of this.#shape.input.texts) {
      const text = record[name]
      const fault = name === 'symbol' ? symbolFault(text) : textFault(name, text)
      if (fault !== undefined) return fault
      bytes += Buffer.byteLength(text as string)
    }
    return bytes > TEXTS_BYTES_MAX ? `the texts of the record have more than ${TEXTS_BYTES_MAX} bytes` : undefined
  }

  /** Or the reason why one of them is refused. */
  #readMeasures(record: SentRecord): (number | bigint)[] | string {
    const { nonNegative, products } = this.#shape
    const values = new Map<string, number | bigint>()
    for (const [name, digits] of this.#measures) {
      const value: ReadNumber = readScaled(record[name], digits)
      if (typeof value === 'string') return `${name} ${value}`
      if (value < 0 && nonNegative.has(name)) return `${name} is negative, and a sum takes no negative value`
      if (value > INT64_MAX || value < -INT64_MAX) return `${name} is out of range`
      values.set(name, value)
    }
    for (const [a, b] of products) {
      const fault = productFault(a, values.get(a) ?? 0, b, values.get(b) ?? 0)
      if (fault !== undefined) return fault
    }
    return [...values.values()]
  }
}
