/**
 * After Redis lost something that it had acknowledged: what PostgreSQL has stays, and nothing that was accepted afterwards is
 * lost or mixed. A tick may be counted again only where it was sent, or sent again by a pod, on both sides of a loss.
 */
import type { EndPromise } from '../fault-class.ts'
import { partFault } from '../oracle/part-fault.ts'
import { shownCounts } from '../oracle/shown-counts.ts'
import { nameOfOp, type Op } from '../plan/op.ts'
import type { World } from '../world/world.ts'
import { countedExactlyOnce } from './counted-exactly-once.ts'

export const nothingElseIsLost: EndPromise = {
  name: 'nothing but what a loss names is lost, doubled or mixed',
  check: async (world) => {
    if (world.losses === 0) return countedExactlyOnce.check(world)
    return (await partFault(world)) ?? countFault(world, await shownCounts(world))
  },
}

function countFault(world: World, shown: ReadonlyMap<Op, number>): string | undefined {
  const stretches = Map.groupBy(world.everArrived, ({ op }) => op)
  const present = new Set(world.nodes.flatMap(({ first }) => first.arrivals.present().map(({ op }) => op)))
  for (const { op, acknowledgedAfterLosses, isRefused } of world.ledger.records) {
    const count = shown.get(op) ?? 0
    const taken = new Set(stretches.get(op)?.map(({ stretch }) => stretch)).size
    const told = `${nameOfOp(op)} is shown ${count} times`
    if (count > taken) return `${told}, and Redis took it in ${taken} stretches of its history`
    if (count > 0 && (op.isBad || (op.client === 'plain' && isRefused))) return `${told}, and was refused`
    if (count === 0 && present.has(op)) return `${told}, although Redis has kept it`
    // Of several nodes one may lose a tick that the producer's mark, on another, counts as in.
    const isElsewhere = world.nodes.length > 1 && taken > 0
    const isAfterwards = acknowledgedAfterLosses === world.losses && !op.isBad && !isElsewhere
    if (count === 0 && isAfterwards) return `${told}, although it was acknowledged after the last loss`
  }
  return undefined
}
