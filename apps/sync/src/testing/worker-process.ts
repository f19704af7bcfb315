/** For tests: the sync worker as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { freePort } from '@weir/testkit'
import { expect } from 'vitest'
import { eventually, type SyncBench } from './sync-bench.ts'

export const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

export interface WorkerProcess extends AsyncDisposable {
  readonly child: ChildProcess
  /** Resolves to the exit code, or the signal. */
  readonly exited: Promise<number | string>
}

/** Resolves when the worker is ready. */
export async function startWorker(
  bench: SyncBench,
  settings: Readonly<Record<string, string>> = {},
): Promise<WorkerProcess> {
  const port = String(await freePort())
  const env = { ...bench.environment, DASHBOARD_PORT: port, ...settings }
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  const exited = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string)
  await eventually(async () => expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200))
  return {
    child,
    exited,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}
