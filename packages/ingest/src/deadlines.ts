/** Bounds how long requests wait, with one timer for all: each may wait equally long, so the oldest is the first that is due. */
import type { Clock } from '@weir/service'

interface Waiting {
  readonly dueMs: number
  readonly expire: () => void
}

export class Deadlines {
  readonly #clock: Clock
  readonly #limitMs: number
  readonly #stopped = new AbortController()
  readonly #waiting = new Set<Waiting>()
  #isWatching = false

  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock
    this.#limitMs = limitMs
  }

  /** What the work gives, or `expired` after the limit; the work goes on. */
  within<Result>(work: Promise<Result>, expired: Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      const waiting = { dueMs: this.#clock.monotonicMs() + this.#limitMs, expire: () => resolve(expired) }
      const done = () => this.#waiting.delete(waiting)
      this.#waiting.add(waiting)
      work.then(resolve, reject).finally(done)
      void this.#watch()
    })
  }

  /** Everything that still waits expires now. */
  stop(): void {
    this.#stopped.abort()
    for (const { expire } of this.#waiting) expire()
  }

  async #watch(): Promise<void> {
    if (this.#isWatching) return
    this.#isWatching = true
    // A set is walked in the order of arrival, and what is added on the way is met too.
    for (const waiting of this.#waiting) {
      await this.#clock.sleep(waiting.dueMs - this.#clock.monotonicMs(), this.#stopped.signal)
      if (this.#waiting.has(waiting)) waiting.expire()
    }
    this.#isWatching = false
  }
}
