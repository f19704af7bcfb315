// Keeps an embedded server up: one that ends without being asked to is started again on the same port and data, so that
// its URL stays good, until `stop`. A server that cannot be started is tried again with growing pauses, for ever.

import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from './server-error.ts'
import type { ServerExit, ServerHandle, ServerLog } from './server-handle.ts'

const restartPauseMinMs = 200
const restartPauseMaxMs = 10_000
/** One that ran this long is healthy: the next restart is quick again. */
const healthyAfterMs = 60_000

type Sleep = (ms: number, signal: AbortSignal) => Promise<void>

export type SuperviseOptions = {
  readonly serverName: string
  /** 0: a free one, which restarts keep. */
  readonly port: number
  readonly log: ServerLog
  /** Rejects when the signal is aborted. */
  readonly sleep?: Sleep
}

export type SupervisedServer = {
  readonly url: string
  readonly port: number
  /** The server that runs now; undefined between two. */
  readonly current: () => ServerHandle | undefined
  /** Ends supervision and the server; idempotent. */
  readonly stop: () => Promise<void>
}

/** Rejects when the first start fails; later failures are logged and tried again. */
export async function superviseServer(
  start: (port: number) => Promise<ServerHandle>,
  options: SuperviseOptions,
): Promise<SupervisedServer> {
  const { serverName, log, sleep = sleepInRealTime } = options
  const stopping = new AbortController()
  let handle: ServerHandle | undefined = await start(options.port)
  const { url, port } = handle

  const supervise = async (): Promise<void> => {
    let failures = 0
    while (!stopping.signal.aborted) {
      if (handle !== undefined) {
        const { exit, wasHealthy } = await watch(handle, stopping.signal, sleep)
        handle = undefined
        if (stopping.signal.aborted) return
        failures = wasHealthy ? 0 : failures
        log(`${serverName}: ended unexpectedly (${describeExit(exit)}), starting it again`)
      }
      await sleep(restartPauseMs(failures), stopping.signal).catch(() => {})
      if (stopping.signal.aborted) return
      failures += 1
      try {
        handle = await start(port)
      } catch (error) {
        log(`${serverName}: could not be started again: ${messageOf(error)}`)
      }
    }
  }

  const supervision = supervise()
  const stop = async (): Promise<void> => {
    stopping.abort()
    // A restart may be under way: what it brings up is stopped too.
    await handle?.stop()
    await supervision
    await handle?.stop()
  }
  return { url, port, current: () => handle, stop }
}

async function watch(
  handle: ServerHandle,
  signal: AbortSignal,
  sleep: Sleep,
): Promise<{ exit: ServerExit; wasHealthy: boolean }> {
  const over = new AbortController()
  let wasHealthy = false
  const health = sleep(healthyAfterMs, AbortSignal.any([signal, over.signal])).then(
    () => {
      wasHealthy = true
    },
    () => {},
  )
  const exit = await handle.exited
  over.abort()
  await health
  return { exit, wasHealthy }
}

function restartPauseMs(failures: number): number {
  return Math.min(restartPauseMaxMs, restartPauseMinMs * 2 ** Math.min(failures, 16))
}

function describeExit(exit: ServerExit): string {
  return exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`
}

async function sleepInRealTime(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal })
}
