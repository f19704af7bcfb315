/** For tests: a clock that stands still, and leaps over every sleep. */
import type { Clock } from '@weir/service'

export class LeapingClock implements Clock {
  #ms: number
  constructor(startMs = Date.UTC(2024, 4, 14, 14, 1)) {
    this.#ms = startMs
  }

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
    this.leap(ms)
  }
}
