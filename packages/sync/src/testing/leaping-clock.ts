/** For tests: a clock that stands still, and leaps over every sleep. */
import type { Clock } from '@weir/service'

export class LeapingClock implements Clock {
  #ms = 1_700_000_000_000
  /** Called at each sleep, before the time has passed. */
  onSleep: (ms: number) => void = () => undefined

  nowMs(): number {
    return this.#ms
  }

  monotonicMs(): number {
    return this.#ms
  }

  leap(ms: number): void {
    this.#ms += ms
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return
    this.onSleep(ms)
    this.leap(ms)
  }
}
