/** How much waits in the pod for Redis, and whether one more request may: what is over the limit is refused before it is begun. */
import type { IngestLimits } from './ingest-limits.ts'

export class PendingWork {
  readonly #limits: Pick<IngestLimits, 'pendingRequestsMax' | 'pendingTicksMax'>
  #requests = 0
  #ticks = 0

  constructor(limits: Pick<IngestLimits, 'pendingRequestsMax' | 'pendingTicksMax'>) {
    this.#limits = limits
  }

  get requests(): number {
    return this.#requests
  }

  get ticks(): number {
    return this.#ticks
  }

  /** False where the pod has enough; one request is always taken, however large. */
  admit(ticks: number): boolean {
    const { pendingRequestsMax, pendingTicksMax } = this.#limits
    if (this.#requests > 0 && (this.#requests >= pendingRequestsMax || this.#ticks + ticks > pendingTicksMax))
      return false
    this.#requests++
    this.#ticks += ticks
    return true
  }

  release(ticks: number): void {
    this.#requests--
    this.#ticks -= ticks
  }
}
