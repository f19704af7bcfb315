/**
 * A call's rows by accumulator and period: one HMGET and one HSET each. Rows are then named by their place in the
 * group.
 */
import { type ApplyCall, assert, type Layout, type RowName, type SegmentPart, StoreError } from '@weir/accumulator'

class ApplyGroup {
  readonly accumulator: string
  /** From 1, in the order of the layout. */
  readonly accumulatorIndex: number
  readonly period: number
  #names: string[] = []
  /** The part whose deltas have the places of their rows, which is the only one in nearly all calls. */
  #first: SegmentPart | undefined
  /** From 1, as Lua counts; made where a key is looked up. */
  #places: Map<string, number> | undefined

  constructor(accumulator: string, accumulatorIndex: number, period: number) {
    this.accumulator = accumulator
    this.accumulatorIndex = accumulatorIndex
    this.period = period
  }

  get names(): readonly string[] {
    return this.#names
  }

  addPart(part: SegmentPart): void {
    if (this.#names.length > 0) {
      for (const key of part.deltas.keys) this.addKey(key)
      return
    }
    this.#first = part
    this.#names = [...part.deltas.keys]
  }

  addKey(key: string): void {
    const places = this.#placesByKey()
    if (!places.has(key)) places.set(key, this.#names.push(key))
  }

  /** That of the row of a delta of this part, from 1. */
  placeOf(part: SegmentPart, delta: number): number {
    return part === this.#first ? delta + 1 : (this.placeOfKey(part.deltas.keys[delta] as string) ?? 0)
  }

  placeOfKey(key: string): number | undefined {
    return this.#placesByKey().get(key)
  }

  #placesByKey(): Map<string, number> {
    return (this.#places ??= new Map(this.#names.map((key, index) => [key, index + 1])))
  }
}

export interface ApplyGroups {
  readonly list: readonly ApplyGroup[]
  /** From 1; 0 where the call has no such rows. */
  indexOf(accumulator: string, period: number): number
}

/** Redis refuses a command of 2^20 arguments by closing the connection; far below it a call blocks for a second. */
const NAMES_MAX = 500_000

export function groupRows(layout: Layout, call: ApplyCall): ApplyGroups {
  const list: ApplyGroup[] = []
  const indexes = new Map<string, number>()
  const indexOf = (accumulator: string, period: number) => indexes.get(`${period}:${accumulator}`) ?? 0
  const groupOf = (accumulator: string, period: number): ApplyGroup => {
    const known = list[indexOf(accumulator, period) - 1]
    if (known !== undefined) return known
    const accumulatorIndex = layout.accumulators.findIndex(({ name }) => name === accumulator) + 1
    assert(accumulatorIndex > 0, () => `accumulator ${accumulator} is in the layout`)
    const group = new ApplyGroup(accumulator, accumulatorIndex, period)
    indexes.set(`${period}:${accumulator}`, list.push(group))
    return group
  }
  for (const { parts, open = [] } of call.segments) {
    for (const part of parts) groupOf(part.accumulator, part.period).addPart(part)
    for (const { accumulator, period, key, references } of open) {
      assert(layout.reference !== undefined, 'open events are judged by the reference of the layout')
      groupOf(accumulator, period).addKey(key)
      const judge = layout.reference.accumulator.name
      let ofPeriod: ApplyGroup | undefined
      for (const reference of references) {
        if (ofPeriod?.period !== reference.period) ofPeriod = groupOf(judge, reference.period)
        ofPeriod.addKey(reference.key)
      }
    }
  }
  const names = list.reduce((sum, group) => sum + group.names.length, 0)
  if (names > NAMES_MAX) {
    const reason = `${names} rows in one call, ${NAMES_MAX} at most; send fewer ticks at once`
    throw new StoreError('WEIR_STORE_REFUSED', `apply: ${reason}`)
  }
  return { list, indexOf }
}

/** What the script calls (group, place). */
export function rowNameAt({ list }: ApplyGroups, group: number, place: number): RowName {
  const found = list[group - 1]
  const key = found?.names[place - 1]
  assert(found !== undefined && key !== undefined, 'the script names rows of the call')
  return { accumulator: found.accumulator, period: found.period, key }
}
