/** How many live reads run at once: those beyond wait their turn, in order, and those beyond these are refused. */

export interface ReadGateLimits {
  readonly readsMax: number
  readonly waitingMax: number
}

export class ReadGate {
  readonly #limits: ReadGateLimits
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(limits: ReadGateLimits) {
    this.#limits = limits
  }

  /** Undefined where too many wait already; nothing was read then. */
  async run<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
    if (this.#running >= this.#limits.readsMax) {
      if (this.#waiting.length >= this.#limits.waitingMax) return undefined
      // Its place is handed over by the one that ends.
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else this.#running += 1
    try {
      return await read()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }
}
