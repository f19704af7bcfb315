/** PostgreSQL is away, refuses a row, or comes back without what it had committed. */
import type { Action } from '../action.ts'
import { SYMBOLS } from '../plan/accumulators.ts'

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
