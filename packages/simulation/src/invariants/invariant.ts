/**
 * What must hold after every step. An invariant is made for one run, and told of each call that a store has carried out and
 * of each round; it gives what is wrong, in one sentence. To add one, write its function and list it in
 * `fault-classes.ts` for the classes in which it is promised.
 */
import type { AccumulatorReport } from '@weir/sync'
import type { ExecutedStatement } from '../world/simulated-database.ts'
import type { ExecutedCall } from '../world/simulated-redis.ts'
import type { Round } from '../world/sync-process.ts'
import type { World } from '../world/world.ts'

type Finding = string | undefined

export interface Invariant {
  readonly name: string
  readonly onRedis?: (executed: ExecutedCall) => Finding | Promise<Finding>
  readonly onPostgres?: (executed: ExecutedStatement) => Finding | Promise<Finding>
  readonly onRoundBegins?: (round: Round) => Promise<void>
  readonly onRoundEnds?: (round: Round, report: AccumulatorReport) => Finding | Promise<Finding>
}

export type InvariantOf = (world: World) => Invariant
