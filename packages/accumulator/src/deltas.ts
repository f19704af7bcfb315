/**
 * The deltas of one accumulator and period in columns: what a batch over thousands of rows adds to them, without an object a row.
 * A delta is named by its place, from 0.
 */
import type { Accumulator } from './accumulator.ts'
import { assert } from './assert.ts'
import type { Delta } from './row.ts'

/** The strict running extremes of a batch for one `records` field, of all rows one after another. */
export interface ExtremeLists {
  /** The list of the delta at `place` lies in `limbs` from `starts[place]` to `starts[place + 1]`. */
  readonly starts: Int32Array
  /** High, low, high, low …; see `Delta.extremes`. */
  readonly limbs: Float64Array
}

export interface DeltaColumns {
  /** Each key once. */
  readonly keys: readonly string[]
  readonly updates: Int32Array
  /** Those of the delta at `place` begin at `place * width`. */
  readonly slots: Float64Array
  readonly width: number
  /** One for each `records` field, in the order of fields. */
  readonly lists: readonly ExtremeLists[]
}

export class Deltas implements Iterable<Delta> {
  readonly period: number
  readonly keys: readonly string[]
  readonly updates: Int32Array
  readonly slots: Float64Array
  readonly width: number
  readonly lists: readonly ExtremeLists[]

  /** Those from `from` to `to` of the columns, which are shared. */
  constructor(period: number, { keys, updates, slots, width, lists }: DeltaColumns, from = 0, to = keys.length) {
    const isWhole = from === 0 && to === keys.length
    this.period = period
    this.keys = isWhole ? keys : keys.slice(from, to)
    this.updates = updates.subarray(from, to)
    this.slots = slots.subarray(from * width, to * width)
    this.width = width
    this.lists = isWhole ? lists : lists.map(({ starts, limbs }) => ({ starts: starts.subarray(from, to + 1), limbs }))
  }

  /** Puts single deltas into columns: of one period, no two of a key. */
  static of({ slots: width, fieldList }: Accumulator, period: number, deltas: readonly Delta[]): Deltas {
    const keys = deltas.map(({ key }) => key)
    assert(new Set(keys).size === keys.length, 'a batch has one delta a key')
    assert(
      deltas.every((delta) => delta.period === period && delta.slots.length === width),
      'deltas in columns are of one accumulator and period',
    )
    const slots = new Float64Array(deltas.length * width)
    for (const [place, delta] of deltas.entries()) slots.set(delta.slots, place * width)
    const records = fieldList.filter(({ spec }) => spec.kind === 'records')
    const lists = records.map((_, list) => extremeLists(deltas.map(({ extremes }) => extremes[list] ?? [])))
    return new Deltas(period, { keys, updates: Int32Array.from(deltas, ({ updates }) => updates), slots, width, lists })
  }

  get length(): number {
    return this.keys.length
  }

  /** One of them as an object; its slots are these. */
  at(place: number): Delta {
    const key = this.keys[place]
    assert(key !== undefined, 'a place lies within the deltas')
    return {
      period: this.period,
      key,
      updates: this.updates[place] as number,
      slots: this.slots.subarray(place * this.width, (place + 1) * this.width),
      extremes: this.lists.map(({ starts, limbs }) => [...limbs.subarray(starts[place], starts[place + 1])]),
    }
  }

  *[Symbol.iterator](): Generator<Delta> {
    for (let place = 0; place < this.length; place++) yield this.at(place)
  }
}

export function extremeLists(lists: readonly (readonly number[])[]): ExtremeLists {
  const starts = new Int32Array(lists.length + 1)
  for (const [place, list] of lists.entries()) starts[place + 1] = (starts[place] as number) + list.length
  return { starts, limbs: Float64Array.from(lists.flat()) }
}
