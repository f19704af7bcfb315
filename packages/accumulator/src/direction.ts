/**
 * The direction of an event: up, down or flat against the event before it of the same key and session, in order of arrival.
 * All but the first of a batch are judged here; the first only by the store, which knows what came before.
 */
import type { Accumulator, Field } from './accumulator.ts'
import { assert } from './assert.ts'
import { demand } from './definition-error.ts'
import type { EventBatch } from './event-batch.ts'
import type { Direction } from './field.ts'
import { compareLimbs } from './limbs.ts'

/** `open`: only the store can judge it. */
export type JudgedDirection = Direction | 'open'

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

/** By index into the batch, for the given ones in their order. */
export function judgeDirections(
  { accumulator, measure }: DirectionReference,
  batch: EventBatch,
  indexes: readonly number[],
): Map<number, JudgedDirection> {
  const [keys = []] = batch.texts
  const highs = batch.high[measure] ?? []
  const lows = batch.low[measure] ?? []
  const previous = new Map<number, Map<string, number>>()
  const directions = new Map<number, JudgedDirection>()
  for (const index of indexes) {
    // It sets no price, and moves none.
    if (batch.sumsOnly.has(index)) {
      directions.set(index, 'flat')
      continue
    }
    const period = accumulator.clock.idOf(batch.timeUs[index] as number)
    let ofPeriod = previous.get(period)
    if (ofPeriod === undefined) previous.set(period, (ofPeriod = new Map()))
    const key = keys[index] as string
    const before = ofPeriod.get(key)
    ofPeriod.set(key, index)
    directions.set(index, before === undefined ? 'open' : directionOf(highs, lows, before, index))
  }
  return directions
}

function directionOf(highs: readonly number[], lows: readonly number[], before: number, index: number): Direction {
  const order = compareLimbs(
    highs[index] as number,
    lows[index] as number,
    highs[before] as number,
    lows[before] as number,
  )
  if (order === 0) return 'flat'
  return order > 0 ? 'up' : 'down'
}
