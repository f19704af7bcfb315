/**
 * Decides when a flood of dirty rows starts a round before its time. Where rounds do not bring the number down, because more
 * rows are touched all the time than the limit allows, each further one waits twice as long, up to the usual interval: back
 * to back they would only write the same rows more often.
 */
export interface PressureLimits {
  /** More dirty rows than this start a round. */
  readonly dirtyRowsMax: number
  readonly waitMinMs: number
  /** The interval at which rounds come anyway. */
  readonly waitMaxMs: number
}

export class PressureGate {
  readonly #limits: PressureLimits
  #waitMs = 0
  #nextMs = Number.NEGATIVE_INFINITY

  constructor(limits: PressureLimits) {
    this.#limits = limits
  }

  /** Asked at each look; `nowMs` grows steadily. */
  shouldSync(dirtyRows: number, nowMs: number): boolean {
    const { dirtyRowsMax, waitMinMs, waitMaxMs } = this.#limits
    if (dirtyRows <= dirtyRowsMax) {
      this.#waitMs = 0
      this.#nextMs = Number.NEGATIVE_INFINITY
      return false
    }
    if (nowMs < this.#nextMs) return false
    this.#waitMs = Math.min(waitMaxMs, Math.max(waitMinMs, this.#waitMs * 2))
    this.#nextMs = nowMs + this.#waitMs
    return true
  }
}
