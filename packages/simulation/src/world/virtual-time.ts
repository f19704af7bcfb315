/** Time that passes only when the scheduler says so, with the timers that wait for it. */

export interface Timer {
  readonly owner: TimerOwner
  readonly dueUs: number
  fire(): void
}

export interface TimerOwner {
  readonly name: string
  /** Neither dead nor paused: only then its timers fire. */
  readonly isRunning: boolean
}

const US_PER_MS = 1000

export class VirtualTime {
  nowUs: number
  readonly #timers = new Set<Timer>()

  constructor(startUs: number) {
    this.nowUs = startUs
  }

  pass(us: number): void {
    this.nowUs += us
  }

  sleep(owner: TimerOwner, ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve()
    return new Promise((resolve) => {
      const fire = () => {
        this.#timers.delete(timer)
        signal?.removeEventListener('abort', fire)
        resolve()
      }
      const timer: Timer = { owner, dueUs: this.nowUs + Math.max(0, Math.ceil(ms * US_PER_MS)), fire }
      this.#timers.add(timer)
      signal?.addEventListener('abort', fire)
    })
  }

  /** Those that may fire next: all that are due, or else the first that will be. */
  next(): Timer[] {
    const due: Timer[] = []
    let first: Timer | undefined
    for (const timer of this.#timers) {
      if (!timer.owner.isRunning) continue
      if (timer.dueUs <= this.nowUs) due.push(timer)
      else if (first === undefined || timer.dueUs < first.dueUs) first = timer
    }
    return due.length > 0 || first === undefined ? due : [first]
  }

  /** Time passes to when it is due, if that is not over. */
  fire(timer: Timer): void {
    this.nowUs = Math.max(this.nowUs, timer.dueUs)
    timer.fire()
  }

  /** The owner is dead: nothing of it will ever go on. */
  forget(owner: TimerOwner): void {
    for (const timer of this.#timers) if (timer.owner === owner) this.#timers.delete(timer)
  }
}
