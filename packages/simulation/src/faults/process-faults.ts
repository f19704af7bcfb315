/** A process stops at an await: for ever, or for a while. */
import type { Action } from '../action.ts'
import type { Pod } from '../world/pod.ts'
import type { SimulatedProcess } from '../world/process.ts'
import type { SyncProcess } from '../world/sync-process.ts'
import type { World } from '../world/world.ts'

type Kind = 'pods' | 'workers'

/** kill -9, and another starts in its place. What it had sent never arrives. */
export function kills(kind: Kind): Action {
  return placeFault('kill', kind, 1.5, (_world, place) => place.startAnew())
}

/** kill -9, and another starts in its place. What it had sent arrives later. */
export function killsWhileItSends(kind: Kind): Action {
  return placeFault('kill-sending', kind, 1.5, (world, place) => {
    world.network.strays.push(...place.process.calls.filter(({ outcome }) => outcome === undefined))
    place.startAnew()
  })
}

/** SIGSTOP, or a garbage collection that takes minutes: it hears nothing, and no timer of it fires. */
export function pauses(kind: Kind): Action {
  return processFault('pause', kind, 1.5, isRunning, (process) => process.pause({ machineSleeps: false }))
}

/** Its machine sleeps, and with it the monotonic clock. */
export function sleeps(kind: Kind): Action {
  return processFault('sleep', kind, 0.7, isRunning, (process) => process.pause({ machineSleeps: true }))
}

export function resumes(kind: Kind): Action {
  const action = processFault(
    'resume',
    kind,
    4,
    ({ isPaused }) => isPaused,
    (process) => process.resume(),
  )
  const resumeAll = (world: World) => {
    for (const { process } of world[kind]) if (process.isPaused) process.resume()
  }
  return { ...action, isRelief: true, heal: resumeAll }
}

/** The client hears nothing in time and goes on; the pod may go on with the request too. */
export const clientGivesUp: Action = {
  name: 'give-up',
  weight: 3,
  targets: ({ desks }) => desks.filter(({ waits }) => waits).map(({ client }) => client.name),
  perform: ({ desks }, target) => {
    desks.find(({ client }) => client.name === target)?.giveUp()
    return ''
  },
}

function placeFault(
  name: string,
  kind: Kind,
  weight: number,
  happen: (world: World, place: Pod | SyncProcess) => void,
): Action {
  return {
    name: `${name}:${kind}`,
    weight,
    targets: (world) => world[kind].map((place) => place.name),
    perform: (world, target) => {
      const place = (world[kind] as readonly (Pod | SyncProcess)[]).find((candidate) => candidate.name === target)
      if (place !== undefined) happen(world, place)
      return ''
    },
  }
}

function processFault(
  name: string,
  kind: Kind,
  weight: number,
  applies: (process: SimulatedProcess) => boolean,
  happen: (process: SimulatedProcess) => void,
): Action {
  return {
    name: `${name}:${kind}`,
    weight,
    targets: (world) => world[kind].filter(({ process }) => applies(process)).map((place) => place.name),
    perform: (world, target) => {
      const place = world[kind].find((candidate) => candidate.name === target)
      if (place !== undefined) happen(place.process)
      return ''
    },
  }
}

function isRunning(process: SimulatedProcess): boolean {
  return process.isRunning
}
