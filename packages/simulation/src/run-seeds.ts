/** One thread of the simulation: every n-th run, and what failed of them. */
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '@weir/accumulator'
import { faultClasses } from './fault-classes.ts'
import { simulate } from './simulate.ts'
import type { Violation } from './world/world.ts'

export interface SeedsRequest {
  readonly classes: readonly string[]
  readonly runs: number
  readonly firstSeed: number
  /** This thread takes the runs whose number leaves `thread` when divided by `threads`. */
  readonly thread: number
  readonly threads: number
}

export interface Failure {
  readonly className: string
  readonly seed: number
  readonly violation: Violation
}

export type SeedsReport =
  | { readonly kind: 'progress'; readonly runs: number }
  | { readonly kind: 'ended'; readonly failures: readonly Failure[] }

const PROGRESS_RUNS = 50
const FAILURES_MAX = 100

const port = parentPort
assert(port !== null, 'this file runs as a thread')
const { classes, runs, firstSeed, thread, threads } = workerData as SeedsRequest
const failures: Failure[] = []
let since = 0
for (let run = thread; run < runs && failures.length < FAILURES_MAX; run += threads) {
  const className = classes[run % classes.length]
  const faultClass = faultClasses.find(({ name }) => name === className)
  assert(className !== undefined && faultClass !== undefined, 'a run has its class')
  const seed = firstSeed + Math.floor(run / classes.length)
  const { violation } = await simulate({ seed, faultClass })
  if (violation !== undefined) failures.push({ className, seed, violation })
  if (++since === PROGRESS_RUNS) {
    port.postMessage({ kind: 'progress', runs: since } satisfies SeedsReport)
    since = 0
  }
}
port.postMessage({ kind: 'ended', failures } satisfies SeedsReport)
