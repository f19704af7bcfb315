/** Redis comes back with another, older state than the one it had, or there are two of it: what it had acknowledged is lost. */
import type { Action } from '../action.ts'
import type { RedisNode } from '../world/redis-node.ts'
import type { SimulatedRedis } from '../world/simulated-redis.ts'
import type { World } from '../world/world.ts'

/** Of a sum in base 4, a digit must stay below 4: so often may a run give cause to count a tick again. */
const LOSSES_MAX = 2
/** How many of the last writes a replica did not get. */
const LAGS = [0, 1, 2, 5, 12, 40, 1000]

/** The master dies, and a replica that lags behind takes its place, with a run id and a replication id of its own. */
export const replicaIsPromoted: Action = lossOf('failover', 2, lags, async (world, node, lag) => {
  node.first.cutConnections()
  node.first = await node.first.fork(world.nextServerName(node.first), keptOf(node.first, lag))
})

/** A Redis that was made another's replica for a moment: its data is replaced, its run id stays. */
export const dataIsReplaced: Action = lossOf('replaced', 1, lags, async (_world, { first }, lag) => {
  await first.replaceData(keptOf(first, lag))
})

/** An older backup is put back, and Redis started on it. It keeps the replication id that is in the file. */
export const backupIsPutBack: Action = lossOf('backup', 2, lags, async (_world, { first }, lag) => {
  await first.restart(keptOf(first, lag), { keepsReplicationId: true })
})

/** FLUSHALL, by somebody who thought that this was another Redis. */
export const redisIsWiped: Action = lossOf(
  'wipe',
  2,
  () => ['all'],
  (_world, { first }) => first.wipe(),
)

/** The disk is gone: Redis starts empty. */
export const diskIsLost: Action = lossOf(
  'disk-lost',
  1,
  () => ['all'],
  async (_world, { first }) => {
    await first.restart(0, { keepsReplicationId: false })
  },
)

/** A replica is promoted while the master lives on: for a while there are two. */
export const secondMasterAppears: Action = {
  name: 'second-master',
  weight: 2,
  targets: (world) => nodeTargets(world, (node) => node.second === undefined, lags),
  perform: async (world, target) => {
    const { node, detail } = nodeOf(world, target)
    world.losses += 1
    node.second = await node.first.fork(world.nextServerName(node.first), keptOf(node.first, detail))
    return ''
  },
}

/** A process finds the other master behind the same name. */
export const processChangesSides: Action = {
  name: 'other-master',
  isRelief: true,
  weight: 3,
  targets: (world) =>
    world.nodes.some(({ second }) => second !== undefined) ? world.processes.map(({ name }) => name) : [],
  perform: (world, target) => {
    const process = world.processes.find(({ name }) => name === target)
    if (process !== undefined) process.side = process.side === 'first' ? 'second' : 'first'
    return ''
  },
}

/** One of two masters gives up: what only it had is lost. */
export const masterIsRetired: Action = {
  name: 'retire',
  isRelief: true,
  weight: 0.7,
  targets: (world) =>
    nodeTargets(
      world,
      (node) => node.second !== undefined,
      () => ['first', 'second'],
    ),
  perform: (world, target) => {
    const { node, detail } = nodeOf(world, target)
    retire(world, node, detail)
    return ''
  },
  heal: (world) => {
    for (const node of world.nodes) if (node.second !== undefined) retire(world, node, 'first')
  },
}

function retire(world: World, node: RedisNode, which: string): void {
  if (node.second === undefined) return
  world.losses += 1
  const retired = which === 'first' ? node.first : node.second
  if (which === 'first') node.first = node.second
  node.second = undefined
  retired.isDown = true
  retired.cutConnections()
}

function lossOf(
  name: string,
  weight: number,
  details: () => readonly string[],
  happen: (world: World, node: RedisNode, detail: string) => Promise<void> | void,
): Action {
  return {
    name,
    weight,
    targets: (world) => (world.losses < LOSSES_MAX ? nodeTargets(world, ({ first }) => !first.isDown, details) : []),
    perform: async (world, target) => {
      const { node, detail } = nodeOf(world, target)
      world.losses += 1
      await happen(world, node, detail)
      return ''
    },
  }
}

function lags(): string[] {
  return LAGS.map((lag) => `without-${lag}`)
}

function keptOf({ writes }: SimulatedRedis, lag: string): number {
  return Math.max(0, writes - Number(lag.split('-')[1]))
}

function nodeTargets(world: World, applies: (node: RedisNode) => boolean, details: () => readonly string[]): string[] {
  return world.nodes.flatMap((node, index) =>
    applies(node) ? details().map((detail) => `node-${index + 1}>${detail}`) : [],
  )
}

function nodeOf(world: World, target: string): { node: RedisNode; detail: string } {
  const [name = '', detail = ''] = target.split('>')
  return { node: world.nodes[Number(name.split('-')[1]) - 1] as RedisNode, detail }
}
