/**
 * Sends requests at fixed times, whether or not earlier ones were answered, and takes the time of each from when it should
 * have gone: a server that stalls cannot hide it by being asked less.
 */
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'

export interface OpenLoopOptions {
  readonly requestsPerSecond: number
  /** Until this resolves to true, or for this long. */
  readonly seconds: number
  readonly isOver?: () => boolean
  readonly send: (request: number) => Promise<unknown>
}

/** Resolves when all are answered, to their times in ms, in the order of sending. Rejects where one fails. */
export async function openLoop({ requestsPerSecond, seconds, isOver, send }: OpenLoopOptions): Promise<number[]> {
  const intervalMs = 1000 / requestsPerSecond
  const startMs = performance.now()
  const requests = Math.round(seconds * requestsPerSecond)
  const timesMs: number[] = []
  const open: Promise<void>[] = []
  for (let request = 0; request < requests && isOver?.() !== true; request++) {
    const dueMs = startMs + request * intervalMs
    const waitMs = dueMs - performance.now()
    // A timer takes a millisecond at least; what is due already has no such time, yet answers must be read meanwhile.
    await (waitMs > 0 ? sleep(waitMs) : turn())
    open.push(
      send(request).then(() => {
        timesMs[request] = performance.now() - dueMs
      }),
    )
  }
  await Promise.all(open)
  return timesMs
}
