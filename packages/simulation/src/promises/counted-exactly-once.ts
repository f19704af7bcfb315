/**
 * Every tick with a sequence or a key counts once, every other as its sender was told; and every field of every row is what
 * these ticks make in the order in which Redis took them. Of a Redis that lost its last writes, what is left is the truth:
 * PostgreSQL was never ahead of it.
 */
import type { EndPromise } from '../fault-class.ts'
import { partFault } from '../oracle/part-fault.ts'
import { rowDifference } from '../oracle/row-difference.ts'
import { shownRows } from '../oracle/view.ts'
import { nameOfOp, type Op } from '../plan/op.ts'
import type { OpRecord } from '../world/ledger.ts'
import type { World } from '../world/world.ts'

export const countedExactlyOnce: EndPromise = {
  name: 'every tick is counted exactly once',
  check: async (world) => arrivedAsPromised(world) ?? (await shownAsArrived(world)) ?? (await partFault(world)),
}

/** What arrived, and was not lost by the disk, holds each tick as its sender was told. */
function arrivedAsPromised(world: World): string | undefined {
  const counts = new Map<Op, number>()
  for (const { op } of presentArrivals(world)) counts.set(op, (counts.get(op) ?? 0) + 1)
  const everArrived = new Set(world.everArrived.map(({ op }) => op))
  for (const record of world.ledger.records) {
    const count = counts.get(record.op) ?? 0
    if (record.op.isBad ? count === 0 : isAsTold(world, record, count, everArrived.has(record.op))) continue
    return `${nameOfOp(record.op)} is counted ${count} times by Redis; ${describe(record)}`
  }
  return undefined
}

/**
 * Nothing is lost that was acknowledged in answer to a request that began after the last loss. Of several nodes one may lose a
 * tick that the producer's mark, on another, counts as in: then the producer is told that it is.
 */
function isAsTold(
  { losses, nodes }: World,
  { op, acknowledgedAfterLosses, isRefused }: OpRecord,
  count: number,
  everArrived: boolean,
): boolean {
  if (count > 1) return false
  const isLost = count === 0 && everArrived && (nodes.length > 1 || (acknowledgedAfterLosses ?? -1) < losses)
  // A producer is asked to go back for what was lost, until it is done; the others were told that they are done.
  if (op.client !== 'plain') return count === 1 || isLost
  if (isRefused) return count === 0
  return acknowledgedAfterLosses === undefined || count === 1 || isLost
}

function describe({ sent, isRefused, acknowledgedAfterLosses }: OpRecord): string {
  const told = isRefused ? 'refused' : acknowledgedAfterLosses === undefined ? 'never acknowledged' : 'acknowledged'
  return `it was sent ${sent} times, and ${told}`
}

async function shownAsArrived(world: World): Promise<string | undefined> {
  const ops = presentArrivals(world).map(({ op }) => op)
  for (const accumulator of world.accumulators) {
    for (const { symbol, day, row } of await shownRows(world, accumulator)) {
      const own = ops.filter((op) => op.symbol === symbol && op.day === day)
      const difference = rowDifference(accumulator, row, own, { recordsAreUnknown: world.wentWithoutSeeds })
      if (difference !== undefined) return `${accumulator.name} of ${symbol}, day ${day}: ${difference}`
    }
  }
  return undefined
}

function presentArrivals({ nodes }: World) {
  return nodes.flatMap(({ first }) => first.arrivals.present())
}
