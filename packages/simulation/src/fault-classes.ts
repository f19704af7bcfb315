/** The rows of the promise table, each as a class of runs: exactly the faults that it names, and what it promises under them. */
import { assert } from '@weir/accumulator'
import type { Action } from './action.ts'
import type { FaultClass } from './fault-class.ts'
import {
  backupIsTaken,
  commitsAreLost,
  databaseComesBack,
  databaseGoesDown,
  rowIsPoison,
  upsertIsCut,
} from './faults/database-faults.ts'
import {
  backupIsPutBack,
  dataIsReplaced,
  diskIsLost,
  masterIsRetired,
  processChangesSides,
  redisIsWiped,
  replicaIsPromoted,
  secondMasterAppears,
} from './faults/history-faults.ts'
import { delaysRequests, losesReplies, losesRequests, repeatsRequests, strayArrives } from './faults/network-faults.ts'
import { clientGivesUp, kills, killsWhileItSends, pauses, resumes, sleeps } from './faults/process-faults.ts'
import {
  clockSteps,
  diskIsSlow,
  powerIsCut,
  redisComesBack,
  redisGoesDown,
  redisHasRoom,
  redisIsFull,
  redisRestarts,
  redisRestartsAsAnother,
} from './faults/redis-faults.ts'
import { cleanEqualsPart } from './invariants/clean-equals-part.ts'
import { dirtyCounts } from './invariants/dirty-counts.ts'
import { marksAreCovered } from './invariants/marks-are-covered.ts'
import { marksNotAhead } from './invariants/marks-not-ahead.ts'
import { oneChain } from './invariants/one-chain.ts'
import { partsNeverShrink } from './invariants/parts-never-shrink.ts'
import { postgresNotAhead } from './invariants/postgres-not-ahead.ts'
import { roundsLeaveNothingOld } from './invariants/rounds-leave-nothing-old.ts'
import { countedExactlyOnce } from './promises/counted-exactly-once.ts'
import { nothingElseIsLost } from './promises/nothing-else-is-lost.ts'
import { syncAllMends } from './promises/sync-all-mends.ts'
import { verifyAgrees } from './promises/verify-agrees.ts'

const network = (from: 'pods' | 'workers', to: 'redis' | 'postgres'): readonly Action[] => {
  const reach = { from, to }
  return [losesRequests(reach), losesReplies(reach), delaysRequests(reach), repeatsRequests(reach)]
}
const podFaults: readonly Action[] = [
  ...network('pods', 'redis'),
  kills('pods'),
  killsWhileItSends('pods'),
  pauses('pods'),
  sleeps('pods'),
  resumes('pods'),
  clientGivesUp,
  strayArrives,
]
const workerFaults: readonly Action[] = [
  ...network('workers', 'redis'),
  ...network('workers', 'postgres'),
  kills('workers'),
  killsWhileItSends('workers'),
  pauses('workers'),
  resumes('workers'),
  strayArrives,
]
const databaseFaults: readonly Action[] = [
  ...network('pods', 'postgres'),
  ...network('workers', 'postgres'),
  databaseGoesDown,
  databaseComesBack,
  rowIsPoison,
  strayArrives,
]
const restartFaults: readonly Action[] = [redisRestarts, redisRestartsAsAnother, redisGoesDown, redisComesBack]

const always = ['always'] as const
const everysec = ['everysec'] as const
const both = ['always', 'everysec'] as const

const ofEveryState = [partsNeverShrink, oneChain, cleanEqualsPart, dirtyCounts, marksAreCovered]

const exactly = {
  alongside: [],
  mayLose: false,
  nodesMax: 2,
  invariants: [...ofEveryState, roundsLeaveNothingOld, postgresNotAhead, marksNotAhead],
  promises: [countedExactlyOnce, verifyAgrees],
}
const everythingElse = unique(podFaults, workerFaults, databaseFaults)

const afterLoss = {
  promised: 'lost is only what was neither synced nor kept',
  mayLose: true,
  nodesMax: 2,
  appendFsync: both,
  alongside: everythingElse,
  // A run has two losses at most; they should not come before there is something to lose.
  intensities: [0.005, 0.01, 0.02],
  invariants: ofEveryState,
  promises: [nothingElseIsLost],
}

export function faultClassNamed(name: string): FaultClass {
  const found = faultClasses.find((faultClass) => faultClass.name === name)
  assert(found !== undefined, `there is a class ${name}`)
  return found
}

function unique(...lists: readonly (readonly Action[])[]): readonly Action[] {
  return [...new Map(lists.flat().map((action) => [action.name, action])).values()]
}

export const faultClasses: readonly FaultClass[] = [
  { ...exactly, name: 'calm', promised: 'exactly once', faults: [], appendFsync: both },
  { ...exactly, name: 'pods', promised: 'exactly once', faults: podFaults, appendFsync: always },
  { ...exactly, name: 'workers', promised: 'exactly once', faults: workerFaults, appendFsync: both },
  {
    ...exactly,
    name: 'postgres',
    promised: 'nothing lost, nothing doubled',
    faults: [...databaseFaults, upsertIsCut],
    appendFsync: always,
  },
  {
    ...exactly,
    name: 'redis-always',
    promised: 'nothing lost',
    faults: unique(restartFaults, [powerIsCut]),
    appendFsync: always,
  },
  {
    ...exactly,
    name: 'redis-everysec',
    promised: 'what its own disk lost',
    mayLose: true,
    appendFsync: everysec,
    faults: unique(restartFaults, [powerIsCut, diskIsSlow]),
  },
  {
    ...exactly,
    name: 'everything-always',
    promised: 'exactly once',
    appendFsync: always,
    faults: unique(everythingElse, restartFaults, [powerIsCut, redisIsFull, redisHasRoom]),
  },
  {
    ...exactly,
    name: 'everything-everysec',
    promised: 'what its own disk lost',
    mayLose: true,
    appendFsync: everysec,
    faults: unique(restartFaults, [powerIsCut, diskIsSlow, redisIsFull, redisHasRoom]),
    alongside: everythingElse,
  },
  {
    ...exactly,
    name: 'full',
    promised: 'a full Redis drains',
    faults: [redisIsFull, redisHasRoom, rowIsPoison],
    appendFsync: both,
  },
  { ...afterLoss, name: 'failover', faults: [replicaIsPromoted, dataIsReplaced] },
  { ...afterLoss, name: 'backup', faults: [backupIsPutBack] },
  {
    ...afterLoss,
    name: 'two-masters',

    faults: [secondMasterAppears, processChangesSides, masterIsRetired],
  },
  { ...afterLoss, name: 'wipe', faults: [redisIsWiped, diskIsLost] },
  {
    ...exactly,
    name: 'postgres-loses-commits',
    promised: 'what Redis still holds is mended by sync --all',
    faults: [backupIsTaken, commitsAreLost],
    alongside: workerFaults,
    appendFsync: both,
    invariants: [dirtyCounts, roundsLeaveNothingOld],
    promises: [syncAllMends],
  },
  {
    ...exactly,
    name: 'write-through',
    promised: 'acknowledged is in PostgreSQL',
    mayLose: true,
    appendFsync: both,
    writesThrough: true,
    faults: unique(restartFaults, [powerIsCut, diskIsSlow, databaseGoesDown, databaseComesBack, rowIsPoison]),
    alongside: unique(podFaults, workerFaults),
  },
  {
    ...afterLoss,
    name: 'write-through-failover',
    promised: 'acknowledged is in PostgreSQL',
    writesThrough: true,
    faults: [replicaIsPromoted, dataIsReplaced, redisIsWiped],
  },
  {
    ...exactly,
    name: 'clock',
    promised: 'exactly once',
    appendFsync: always,
    faults: unique(restartFaults, [clockSteps, powerIsCut]),
    alongside: workerFaults,
  },
]
