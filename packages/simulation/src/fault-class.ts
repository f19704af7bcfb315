/** A class of runs: the faults that may happen in them, and what is promised under exactly these. */
import type { Action } from './action.ts'
import type { InvariantOf } from './invariants/invariant.ts'
import type { AppendFsync } from './world/disk.ts'
import type { World } from './world/world.ts'

export interface FaultClass {
  readonly name: string
  /** The row of the promise table, for people. */
  readonly promised: string
  /** What it is about. */
  readonly faults: readonly Action[]
  /** What may happen besides: the promise is one that holds under these as well. */
  readonly alongside: readonly Action[]
  /** How much of a run its faults are; a run takes one. */
  readonly intensities?: readonly number[]
  readonly appendFsync: readonly AppendFsync[]
  /** Whether Redis may lose what it had acknowledged, so that a producer may be asked to go back. */
  readonly mayLose: boolean
  /** Whether pods answer only when PostgreSQL has the rows: ENABLE_MEMORY_FIRST=false. */
  readonly writesThrough?: boolean
  /** More than one: as Redis Cluster, each node fails by itself. */
  readonly nodesMax: number
  readonly invariants: readonly InvariantOf[]
  /** Asked when all faults have ended, all clients are done and all is synced. */
  readonly promises: readonly EndPromise[]
}

/** Gives what is wrong with the end of a run, in one sentence. To add one, write its function and list it. */
export interface EndPromise {
  readonly name: string
  readonly check: (world: World) => Promise<string | undefined>
}
