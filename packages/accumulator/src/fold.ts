/**
 * The fold: a batch of events in, one delta a (period, key) out. Folding a batch in any split and merging the deltas in
 * order gives the row that folding it whole gives.
 */
import type { Accumulator } from './accumulator.ts'
import { assert } from './assert.ts'
import { Deltas } from './deltas.ts'
import type { JudgedDirection } from './direction.ts'
import type { EventBatch, EventInput } from './event-batch.ts'
import { type Steps, stepsOfDirection } from './field-steps.ts'
import type { SegmentPart } from './hot-store.ts'
import { type Delta, emptyDelta, KEY_SEPARATOR } from './row.ts'

/** The events of one input that feed one accumulator. */
export class Fold {
  readonly accumulator: Accumulator
  readonly #periods = new Map<number, Map<string, Delta>>()
  readonly #accepted = new Map<number, number>()
  readonly #steps: Readonly<Record<JudgedDirection, Steps>>
  readonly #readKey: (batch: EventBatch, index: number) => string

  constructor(accumulator: Accumulator, input = accumulator.input) {
    this.accumulator = accumulator
    const stepsOf = (direction: JudgedDirection) => stepsOfDirection(accumulator, input, direction)
    this.#steps = { up: stepsOf('up'), down: stepsOf('down'), flat: stepsOf('flat'), open: stepsOf('open') }
    this.#readKey = keyReader(accumulator, input)
  }

  /**
   * Adds the event at `index` of the batch; of an `open` direction, all but what depends on it. Gives the row that it feeds.
   * Throws FieldOverflowError where a sum leaves its range.
   */
  add(batch: EventBatch, index: number, direction: JudgedDirection = 'open'): Delta {
    const timeUs = batch.timeUs[index]
    assert(timeUs !== undefined, 'an event index lies in its batch')
    const period = this.accumulator.clock.idOf(timeUs)
    const delta = this.#deltaOf(period, this.#readKey(batch, index))
    this.#accepted.set(period, (this.#accepted.get(period) ?? 0) + 1)
    delta.updates++
    const { all, sums } = this.#steps[direction]
    const steps = batch.sumsOnly.size > 0 && batch.sumsOnly.has(index) ? sums : all
    for (const step of steps) step(delta, batch, index, timeUs)
    return delta
  }

  /** Whether the event at `index` feeds the row of this period and key. */
  isOfRow(batch: EventBatch, index: number, { period, key }: { period: number; key: string }): boolean {
    return this.#readKey(batch, index) === key && this.accumulator.clock.idOf(batch.timeUs[index] ?? 0) === period
  }

  deltas(): Delta[] {
    return [...this.#periods.values()].flatMap((deltas) => [...deltas.values()])
  }

  /** By period, with the events counted apart from the rows, so that `weir verify` can hold one to the other. */
  parts(): SegmentPart[] {
    return [...this.#periods].map(([period, deltas]) => ({
      accumulator: this.accumulator.name,
      period,
      accepted: this.#accepted.get(period) ?? 0,
      deltas: Deltas.of(this.accumulator, period, [...deltas.values()]),
    }))
  }

  #deltaOf(period: number, key: string): Delta {
    let deltas = this.#periods.get(period)
    if (deltas === undefined) {
      deltas = new Map()
      this.#periods.set(period, deltas)
    }
    let delta = deltas.get(key)
    if (delta === undefined) {
      delta = emptyDelta(this.accumulator, period, key)
      deltas.set(key, delta)
    }
    return delta
  }
}

function keyReader({ name, key, feeds }: Accumulator, input: EventInput): (batch: EventBatch, index: number) => string {
  const feed = feeds.find((candidate) => candidate.input.name === input.name)
  assert(feed !== undefined, `${name} is fed by ${input.name}`)
  const readers = key.map((column) => {
    const text = input.texts.indexOf(column)
    const constant = feed.constants?.[column] ?? ''
    return text < 0 ? () => constant : (batch: EventBatch, index: number) => batch.texts[text]?.at(index) ?? ''
  })
  const [only] = readers
  if (readers.length === 1 && only !== undefined) return only
  return (batch, index) => readers.map((read) => read(batch, index)).join(KEY_SEPARATOR)
}
