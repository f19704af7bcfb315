/**
 * A call's rows by accumulator and period: one HMGET and one HSET each. Rows are then named by their place in the
 * group.
 */
import { type ApplyCall, assert, type Layout, type RowName, StoreError } from '@weir/accumulator'

interface ApplyGroup {
  readonly accumulator: string
  /** From 1, in the order of the layout. */
  readonly accumulatorIndex: number
  readonly period: number
  readonly names: string[]
  /** From 1, as Lua counts. */
  readonly places: Map<string, number>
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
    const group = { accumulator, accumulatorIndex, period, names: [], places: new Map() }
    indexes.set(`${period}:${accumulator}`, list.push(group))
    return group
  }
  const place = (group: ApplyGroup, key: string) => {
    if (!group.places.has(key)) group.places.set(key, group.names.push(key))
  }
  for (const { parts, open = [] } of call.segments) {
    for (const part of parts) {
      const group = groupOf(part.accumulator, part.period)
      for (const { key } of part.deltas) place(group, key)
    }
    for (const { accumulator, period, key, references } of open) {
      assert(layout.reference !== undefined, 'open events are judged by the reference of the layout')
      place(groupOf(accumulator, period), key)
      const judge = layout.reference.accumulator.name
      let ofPeriod: ApplyGroup | undefined
      for (const reference of references) {
        if (ofPeriod?.period !== reference.period) ofPeriod = groupOf(judge, reference.period)
        place(ofPeriod, reference.key)
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
