/** PostgreSQL is away, refuses a row, or comes back without what it had committed. */
import type { ColdRow } from '@weir/accumulator'
import type { Action } from '../action.ts'
import { SYMBOLS } from '../plan/accumulators.ts'
import type { Call } from '../world/call.ts'
import type { World } from '../world/world.ts'
import { callName, describeCall, findCall, runningCalls } from './calls.ts'

export const databaseGoesDown: Action = {
  name: 'postgres-down',
  weight: 1.5,
  targets: ({ database }) => (database.isDown ? [] : ['now']),
  perform: ({ database }) => {
    database.isDown = true
    database.connection += 1
    return ''
  },
}

export const databaseComesBack: Action = {
  name: 'postgres-up',
  isRelief: true,
  weight: 4,
  targets: ({ database }) => (database.isDown ? ['now'] : []),
  perform: ({ database }) => {
    database.isDown = false
    return ''
  },
  heal: ({ database }) => {
    database.isDown = false
  },
}

/** A value that no column can hold: whatever is sent with this key is refused, and the key goes into quarantine. */
export const rowIsPoison: Action = {
  name: 'poison',
  weight: 1.5,
  targets: ({ database }) => (database.poisonKey === undefined ? SYMBOLS : []),
  perform: async ({ database }, target) => {
    await database.poison(target)
    return ''
  },
  heal: ({ database }) => database.poison(undefined),
}

/** An upsert is cut in the middle of its transaction, and its connection with it. */
export const upsertIsCut: Action = {
  name: 'cut-upsert',
  weight: 4,
  targets: (world) => upserts(world).map(callName),
  perform: async (world, target) => {
    const call = findCall(world, target) as Call
    const [accumulator, shard, rows] = call.args as [string, number, readonly ColdRow[]]
    await world.database.cutUpsert(accumulator, shard, rows)
    world.network.break(call)
    return () => describeCall(call)
  },
}

function upserts(world: World): Call[] {
  if (world.database.isDown) return []
  return runningCalls(world).filter(({ method, outcome }) => method === 'upsert' && outcome === undefined)
}

export const backupIsTaken: Action = {
  name: 'postgres-backup',
  weight: 2,
  targets: ({ database }) => (database.hasBackup ? [] : ['now']),
  perform: async ({ database }) => {
    await database.takeBackup()
    return ''
  },
}

/** Back from a backup, or an asynchronous standby was promoted: commits are lost. */
export const commitsAreLost: Action = {
  name: 'postgres-loses-commits',
  weight: 1.5,
  targets: ({ database }) => (database.hasBackup ? ['since the backup'] : []),
  perform: async ({ database }) => {
    await database.putBackupBack()
    return ''
  },
}
