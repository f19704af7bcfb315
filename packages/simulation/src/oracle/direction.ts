/** Which way each tick moves the price, by the definition: against the one before it of its row, in order of arrival. */
import type { Direction } from '@weir/accumulator'
import type { Op } from '../plan/op.ts'

/** The first moves nothing, nor does a tick that has only a volume. */
export function directionsOf(ops: readonly Op[]): Direction[] {
  let before: number | undefined
  return ops.map(({ kind, price }) => {
    if (kind === 'volume-only') return 'flat'
    const previous = before ?? price
    before = price
    return price === previous ? 'flat' : price > previous ? 'up' : 'down'
  })
}
