// Time that passes only when nothing else happens: hours of waiting take a moment, and every run of a seed is the same.
import type { Clock } from '@weir/service'

interface Sleeper {
  readonly dueMs: number
  readonly wake: () => void
}

const START_MS = 1_381_132_800_000

export class VirtualClock implements Clock {
  #elapsedMs = 0
  #jumpedMs = 0
  readonly #sleepers = new Set<Sleeper>()

  nowMs(): number {
    return START_MS + this.#elapsedMs + this.#jumpedMs
  }

  monotonicMs(): number {
    return this.#elapsedMs
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(sleeper)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const sleeper = { dueMs: this.#elapsedMs + Math.max(0, ms), wake }
      this.#sleepers.add(sleeper)
      signal?.addEventListener('abort', wake)
    })
  }

  /** The wall clock alone moves on: the machine slept, or somebody set it. */
  jump(ms: number): void {
    this.#jumpedMs += ms
  }

  /** Lets time pass until the work is done. */
  async run<Result>(work: Promise<Result>): Promise<Result> {
    let isDone = false
    const settled = Promise.allSettled([work]).then(() => {
      isDone = true
    })
    while (!isDone) {
      await new Promise((resolve) => setImmediate(resolve))
      const [next] = [...this.#sleepers].sort((a, b) => a.dueMs - b.dueMs)
      if (isDone || next === undefined) continue
      this.#elapsedMs = Math.max(this.#elapsedMs, next.dueMs)
      next.wake()
    }
    await settled
    return work
  }
}
