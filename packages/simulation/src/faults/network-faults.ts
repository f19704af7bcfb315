/** The network between a process and a store loses, delays and repeats. */
import type { Action } from '../action.ts'
import type { Call } from '../world/call.ts'
import type { World } from '../world/world.ts'
import { callName, describeCall, findCall, runningCalls } from './calls.ts'

/** To which stores, from which processes: each row of the promise table names its own. */
export interface Reach {
  readonly from: 'pods' | 'workers'
  readonly to: 'redis' | 'postgres'
}

/** The request never arrives. */
export function losesRequests(reach: Reach): Action {
  return callFault('lose-request', reach, 3, isWaiting, (world, call) => world.network.break(call))
}

/** The request arrives and is carried out, and the answer never comes back: a COMMIT whose connection is cut. */
export function losesReplies(reach: Reach): Action {
  return callFault(
    'lose-reply',
    reach,
    4,
    () => true,
    async (world, call) => {
      await world.network.arrive(call)
      world.network.break(call)
    },
  )
}

/** The sender is told that the connection broke; the request is still on its way, and arrives later. */
export function delaysRequests(reach: Reach): Action {
  return callFault('delay', reach, 3, isWaiting, (world, call) => world.network.leaveBehind(call))
}

/** The request is carried out now, and once more later: a driver or a proxy sent it again, as none does that had an answer. */
export function repeatsRequests(reach: Reach): Action {
  return callFault('repeat', reach, 2, isWaiting, async (world, call) => {
    await world.network.arrive(call)
    if (call.outcome?.kind === 'value') world.network.repeat(call)
    await world.network.answer(call)
  })
}

/** What was delayed or repeated, or was on its way when its sender died, arrives. */
export const strayArrives: Action = {
  name: 'late',
  isRelief: true,
  weight: 8,
  targets: (world) => world.network.strays.map((_, index) => String(index)),
  perform: async (world, target) => {
    const stray = world.network.strays[Number(target)] as Call
    await world.network.strayArrives(stray)
    return () => `${stray.sender.name} ${describeCall(stray)}`
  },
}

function callFault(
  name: string,
  { from, to }: Reach,
  weight: number,
  applies: (call: Call) => boolean,
  happen: (world: World, call: Call) => Promise<void> | void,
): Action {
  const isReached = ({ sender, target }: Call) =>
    sender.name.startsWith(from === 'pods' ? 'pod' : 'sync') && target.name.startsWith(to)
  return {
    name: `${name}:${from}-${to}`,
    weight,
    targets: (world) =>
      runningCalls(world)
        .filter((call) => isReached(call) && applies(call))
        .map(callName),
    perform: async (world, target) => {
      const call = findCall(world, target) as Call
      await happen(world, call)
      return () => describeCall(call)
    },
  }
}

function isWaiting({ outcome }: Call): boolean {
  return outcome === undefined
}
