/** Time as an argument: tests and the simulation pass their own. */
import { setTimeout as delay } from 'node:timers/promises'

export interface Clock {
  /** Wall clock, ms since the epoch. */
  nowMs(): number
  /** Grows steadily, unrelated to the wall clock; for durations. */
  monotonicMs(): number
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
  },
}
