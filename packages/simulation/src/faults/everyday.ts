/** What happens by itself: calls arrive, timers fire, clients send and hear, rounds begin. */
import type { Action } from '../action.ts'
import type { Call } from '../world/call.ts'
import type { World } from '../world/world.ts'
import { callName, describeCall, findCall, runningCalls } from './calls.ts'

/** A request arrives, if it has not yet, and its sender hears the answer. */
const answer: Action = {
  name: 'answer',
  weight: 70,
  targets: (world) => runningCalls(world).map(callName),
  perform: async (world, target) => {
    const call = findCall(world, target) as Call
    await world.network.answer(call)
    return () => describeCall(call)
  },
}

/** A request arrives; the answer is on its way. */
const arrive: Action = {
  name: 'arrive',
  weight: 6,
  targets: (world) =>
    runningCalls(world)
      .filter(({ outcome }) => outcome === undefined)
      .map(callName),
  perform: async (world, target) => {
    const call = findCall(world, target) as Call
    await world.network.arrive(call)
    return () => describeCall(call)
  },
}

const SOON_US = 3_000_000

/** A timer fires that is due, or soon will be. */
const fireTimer: Action = {
  name: 'timer',
  weight: 8,
  targets: (world) => nextTimers(world, SOON_US),
  perform: fireOne,
}

/** Nothing happens until the next timer, however long that is. */
const wait: Action = {
  name: 'wait',
  weight: 0.4,
  targets: (world) => nextTimers(world, Number.POSITIVE_INFINITY),
  perform: fireOne,
}

function nextTimers({ time }: World, withinUs: number): string[] {
  const timers = time.next().filter(({ dueUs }) => dueUs <= time.nowUs + withinUs)
  return [...new Set(timers.map(({ owner }) => owner.name))]
}

function fireOne({ time }: World, target: string): string {
  const timer = time.next().find(({ owner }) => owner.name === target)
  if (timer !== undefined) time.fire(timer)
  return ''
}

const clientSends: Action = {
  name: 'send',
  weight: 10,
  targets: (world) => {
    const pods = world.pods.filter(({ process }) => process.isRunning)
    return world.desks
      .filter(({ canSend }) => canSend)
      .flatMap(({ client }) => pods.map((pod) => `${client.name}>${pod.name}`))
  },
  perform: (world, target) => {
    const [clientName, podName] = target.split('>')
    const desk = world.desks.find(({ client }) => client.name === clientName)
    const pod = world.pods.find(({ name }) => name === podName)
    return pod === undefined ? '' : (desk?.send(pod) ?? '')
  },
}

const clientHears: Action = {
  name: 'hear',
  weight: 12,
  targets: (world) => world.desks.filter(({ hasAnswer }) => hasAnswer).map(({ client }) => client.name),
  perform: (world, target) => world.desks.find(({ client }) => client.name === target)?.hear().kind ?? '',
}

const roundBegins: Action = {
  name: 'round',
  weight: 3,
  targets: (world) =>
    world.workers
      .filter(({ process }) => process.isRunning)
      .flatMap((worker) =>
        world.accumulators.filter(({ name }) => !worker.running.has(name)).map(({ name }) => `${worker.name}>${name}`),
      ),
  perform: async (world, target) => {
    const [workerName, accumulatorName] = target.split('>')
    const worker = world.workers.find(({ name }) => name === workerName)
    const accumulator = world.accumulators.find(({ name }) => name === accumulatorName)
    if (worker !== undefined && accumulator !== undefined) await worker.beginRound(accumulator)
    return ''
  },
}

/** Long enough that lanes and periods are idle. */
const HOUR_US = 61 * 60 * 1_000_000

const hourPasses: Action = {
  name: 'hour',
  weight: 0.4,
  targets: () => ['passes'],
  perform: (world) => {
    world.time.pass(HOUR_US)
    return ''
  },
}

export const everyday: readonly Action[] = [
  answer,
  arrive,
  fireTimer,
  wait,
  clientSends,
  clientHears,
  roundBegins,
  hourPasses,
]
