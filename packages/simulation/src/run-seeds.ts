/** One thread of the simulation: every n-th run, and what failed of them. */
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '@weir/accumulator'
import { faultClassNamed } from './fault-classes.ts'
import type { Failure, SeedsReport, SeedsRequest } from './run-threads.ts'
import { withServers } from './servers/with-servers.ts'
import { simulate } from './simulate.ts'

const PROGRESS_RUNS = 10
const FAILURES_MAX = 100

const port = parentPort
assert(port !== null, 'this file runs as a thread')
const { runs, stores, thread, threads } = workerData as SeedsRequest
let isStopped = false
port.once('message', () => {
  isStopped = true
})
const failures: Failure[] = []
await withServers(stores, async (servers) => {
  let since = 0
  for (let place = thread; place < runs.length && failures.length < FAILURES_MAX && !isStopped; place += threads) {
    const run = runs[place]
    assert(run !== undefined, 'there is a run')
    const { violation } = await simulate({ seed: run.seed, faultClass: faultClassNamed(run.className), servers })
    if (violation !== undefined) failures.push({ ...run, violation })
    if (++since === PROGRESS_RUNS) {
      port.postMessage({ kind: 'progress', runs: since } satisfies SeedsReport)
      since = 0
    }
  }
})
port.postMessage({ kind: 'ended', failures } satisfies SeedsReport)
port.unref()
