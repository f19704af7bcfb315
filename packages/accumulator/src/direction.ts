/**
 * The direction of an event: up, down or flat against the event before it of the same key and session, in order of arrival.
 * All but the first of a batch are judged here; the first only by the store, which knows what came before.
 */
import type { Accumulator, Field } from './accumulator.ts'
import { assert } from './assert.ts'
import { demand } from './definition-error.ts'
import type { EventBatch } from './event-batch.ts'
import { rowsOf } from './event-rows.ts'
import type { Direction } from './field.ts'
import type { MeasureColumn } from './measure-column.ts'
import { foldScratch } from './scratch.ts'

/** `open`: only the store can judge it. In the columns, a direction is its index here. */
export const DIRECTIONS = ['flat', 'up', 'down', 'open'] as const
export type JudgedDirection = (typeof DIRECTIONS)[number]

const FLAT = 0
const UP = 1
const DOWN = 2
export const OPEN = 3

/** What directions are judged by: the row of this accumulator keeps the measure of the event before. */
export interface DirectionReference {
  readonly accumulator: Accumulator
  /** The offset of the measure in a packed row, after the header, and its first slot. */
  readonly byte: number
  readonly slot: number
  /** The index of the measure in the columns of the input. */
  readonly measure: number
}

/** Of one accumulator with a `reference`. */
export function directionReference(accumulator: Accumulator): DirectionReference {
  const { feeds, key, reference, fieldList } = accumulator
  const field = fieldList.find(({ name }) => name === reference)
  const [feed] = feeds
  assert(field?.spec.kind === 'latest' && feed !== undefined, 'a reference is a latest field')
  const isByShard = key.length === 1 && key[0] === feed.input.texts[0]
  demand(isByShard, `${accumulator.name} has a reference: its key is the text by which its input is sharded`)
  const measure = Object.keys(feed.input.measures).indexOf(field.spec.of)
  assert(measure >= 0, 'a reference keeps a measure')
  return { accumulator, byte: field.byte, slot: field.slot, measure }
}

/** The fields of an accumulator that only events of one direction feed. */
export interface DirectionalFields {
  /** The measures that they add up, without doubles. */
  readonly measures: readonly string[]
  readonly fields: readonly {
    readonly field: Field
    readonly when: Direction
    /** The index of what it adds up in `measures`; -1: it counts. */
    readonly measure: number
  }[]
}

export function directionalFields({ name, fieldList }: Accumulator): DirectionalFields {
  const measures: string[] = []
  const fields = fieldList.flatMap((field) => {
    const { spec } = field
    if ((spec.kind !== 'count' && spec.kind !== 'sum') || spec.when === undefined) return []
    if (spec.kind === 'count') return { field, when: spec.when, measure: -1 }
    const { of } = spec
    demand(typeof of === 'string', `${name}.${field.name} sums a product by direction, which is not built`)
    if (!measures.includes(of)) measures.push(of)
    return { field, when: spec.when, measure: measures.indexOf(of) }
  })
  return { measures, fields }
}

/** The direction of each of the given events, in their order. */
export function judgeDirections(
  { accumulator, measure }: DirectionReference,
  batch: EventBatch,
  indexes: ArrayLike<number>,
): Uint8Array {
  const [keys] = batch.texts
  const values = batch.measures[measure]
  assert(keys !== undefined && values !== undefined, 'a batch has the columns of its input')
  foldScratch.reset()
  const directions = new Uint8Array(indexes.length)
  const rows = rowsOf(accumulator.clock, batch.timeUs, indexes, keys.ids, keys.values.length)
  /** The event before of each row, as an index; -1 where there is none. */
  const before = new Int32Array(rows.count).fill(-1)
  const anySumsOnly = batch.sumsOnly.size > 0
  for (let place = 0; place < indexes.length; place++) {
    const index = indexes[place] as number
    // It sets no price, and moves none.
    if (anySumsOnly && batch.sumsOnly.has(index)) {
      directions[place] = FLAT
      continue
    }
    const row = rows.ofEvent[place] as number
    const previous = before[row] as number
    before[row] = index
    directions[place] = previous < 0 ? OPEN : directionOf(values, previous, index)
  }
  return directions
}

function directionOf(column: MeasureColumn, before: number, index: number): number {
  if (column.exact.size > 0) {
    const difference = column.at(index) - column.at(before)
    if (difference === 0n) return FLAT
    return difference > 0n ? UP : DOWN
  }
  const difference = (column.values[index] as number) - (column.values[before] as number)
  if (difference === 0) return FLAT
  return difference > 0 ? UP : DOWN
}
