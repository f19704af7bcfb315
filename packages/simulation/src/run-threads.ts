/** Many runs, on all cores. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Stores } from './servers/with-servers.ts'
import type { Violation } from './world/world.ts'

export interface Run {
  readonly className: string
  readonly seed: number
}

export interface Failure extends Run {
  readonly violation: Violation
}

export interface SeedsRequest {
  readonly runs: readonly Run[]
  readonly stores: Stores
  /** This thread takes the runs whose place leaves `thread` when divided by `threads`. */
  readonly thread: number
  readonly threads: number
}

export type SeedsReport =
  | { readonly kind: 'progress'; readonly runs: number }
  | { readonly kind: 'ended'; readonly failures: readonly Failure[] }

export interface ThreadsOptions {
  readonly stores: Stores
  /** So many more runs are done. */
  readonly onProgress?: (runs: number) => void
  /** Ends after the runs that go on. */
  readonly signal?: AbortSignal
}

export async function runThreads(runs: readonly Run[], options: ThreadsOptions): Promise<Failure[]> {
  const threads = Math.min(availableParallelism(), runs.length)
  const places = Array.from({ length: threads }, (_, thread) => ({ runs, stores: options.stores, thread, threads }))
  return (await Promise.all(places.map((request) => runThread(request, options)))).flat()
}

function runThread(request: SeedsRequest, { onProgress, signal }: ThreadsOptions): Promise<readonly Failure[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./run-seeds.ts', import.meta.url), { workerData: request })
    const stop = () => worker.postMessage('stop')
    signal?.addEventListener('abort', stop, { once: true })
    worker.on('message', (report: SeedsReport) => {
      if (report.kind === 'ended') resolve(report.failures)
      else onProgress?.(report.runs)
    })
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`a thread of the simulation ended with ${code}`)))
  })
}
