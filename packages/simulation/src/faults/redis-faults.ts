/** Redis stops and starts on its own disk, is full, or its disk is slow. Nothing it has acknowledged is lost but what its disk lost. */
import type { Action } from '../action.ts'
import { QUICK_FSYNC_US } from '../world/disk.ts'
import type { SimulatedRedis } from '../world/simulated-redis.ts'
import type { World } from '../world/world.ts'

/** kill -9 and start: the file has all that was written, whether or not it was synced. */
export const redisRestarts: Action = redisFault('redis-restart', 1.5, (world, server) => {
  return restart(world, server, server.disk.written, { keepsReplicationId: true })
})

/** The same, and it takes another replication id, as a Redis does that finds none in its file. */
export const redisRestartsAsAnother: Action = redisFault('redis-restart-anew', 1, (world, server) => {
  return restart(world, server, server.disk.written, { keepsReplicationId: false })
})

/** The machine loses power: the disk has what was synced. */
export const powerIsCut: Action = redisFault('power-cut', 1.5, (world, server) => {
  return restart(world, server, server.disk.synced, { keepsReplicationId: true })
})

export const redisGoesDown: Action = {
  name: 'redis-down',
  weight: 1,
  targets: (world) => serverNames(world, ({ isDown }) => !isDown),
  perform: (world, target) => {
    for (const server of named(world, target)) {
      server.isDown = true
      server.cutConnections()
    }
    return ''
  },
}

export const redisComesBack: Action = {
  name: 'redis-up',
  isRelief: true,
  weight: 4,
  targets: (world) => serverNames(world, ({ isDown }) => isDown),
  perform: async (world, target) => {
    for (const server of named(world, target)) {
      server.isDown = false
      await restart(world, server, server.disk.written, { keepsReplicationId: true })
    }
    return ''
  },
  heal: (world) => {
    for (const server of allServers(world)) server.isDown = false
  },
}

/** maxmemory is reached: only scripts that free are let through. */
export const redisIsFull: Action = {
  name: 'redis-full',
  weight: 1,
  targets: (world) => serverNames(world, ({ isFull }) => !isFull),
  perform: async (world, target) => {
    for (const server of named(world, target)) await server.setFull(true)
    return ''
  },
}

export const redisHasRoom: Action = {
  name: 'redis-has-room',
  isRelief: true,
  weight: 3,
  targets: (world) => serverNames(world, ({ isFull }) => isFull),
  perform: async (world, target) => {
    for (const server of named(world, target)) await server.setFull(false)
    return ''
  },
  heal: async (world) => {
    for (const server of allServers(world)) await server.setFull(false)
  },
}

const SLOW_FSYNC_US = [1_500_000, 4_000_000, 12_000_000]

/** Each fsync that begins from now on takes seconds. */
export const diskIsSlow: Action = {
  name: 'slow-disk',
  weight: 2,
  targets: (world) => world.nodes.flatMap(({ first }) => SLOW_FSYNC_US.map((us) => `${first.name}>${us}`)),
  perform: (world, target) => {
    const [name = '', us] = target.split('>')
    for (const server of named(world, name)) server.disk.fsyncUs = Number(us)
    return ''
  },
  heal: (world) => {
    for (const server of allServers(world)) server.disk.fsyncUs = QUICK_FSYNC_US
  },
}

const CLOCK_STEPS_US = [-3_600_000_000, -5_000_000, 5_000_000, 3_600_000_000]
/** Further back, and the ticks of today would be ahead of the clock, and refused. */
const CLOCK_AHEAD_US_MIN = -3_700_000_000

/** Somebody sets the clock of the server's machine. */
export const clockSteps: Action = {
  name: 'clock-step',
  weight: 1.5,
  targets: (world) =>
    allServers(world).flatMap(({ name, disk }) =>
      CLOCK_STEPS_US.filter((us) => disk.clockAheadUs + us > CLOCK_AHEAD_US_MIN).map((us) => `${name}>${us}`),
    ),
  perform: (world, target) => {
    const [name = '', us] = target.split('>')
    for (const { disk } of named(world, name)) {
      disk.clockAheadUs += Number(us)
      disk.clockSteps += 1
    }
    return ''
  },
}

function redisFault(
  name: string,
  weight: number,
  happen: (world: World, server: SimulatedRedis) => Promise<void> | void,
): Action {
  return {
    name,
    weight,
    targets: (world) => serverNames(world, ({ isDown }) => !isDown),
    perform: async (world, target) => {
      for (const server of named(world, target)) await happen(world, server)
      return ''
    },
  }
}

async function restart(
  world: World,
  server: SimulatedRedis,
  kept: number,
  { keepsReplicationId }: { keepsReplicationId: boolean },
): Promise<void> {
  if (kept < server.writes) world.losses += 1
  await server.restart(kept, { keepsReplicationId })
}

function allServers({ nodes }: World): SimulatedRedis[] {
  return nodes.flatMap(({ servers }) => servers)
}

function serverNames(world: World, applies: (server: SimulatedRedis) => boolean): string[] {
  return allServers(world)
    .filter(applies)
    .map(({ name }) => name)
}

function named(world: World, name: string): SimulatedRedis[] {
  return allServers(world).filter((server) => server.name === name)
}
