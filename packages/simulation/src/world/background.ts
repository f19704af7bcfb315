/**
 * Lets the real code run until every promise of it waits for the network, a timer or a client. The code itself uses no timers
 * and no I/O, so all of it runs before the next turn of the event loop; what reads servers in between, to judge, is counted here.
 */
export class Background {
  readonly #working = new Set<Promise<unknown>>()

  /** Nothing else may happen before it is done. */
  async during<Result>(work: Promise<Result>): Promise<Result> {
    this.#working.add(work)
    try {
      return await work
    } finally {
      this.#working.delete(work)
    }
  }

  async settle(): Promise<void> {
    await nextTurn()
    while (this.#working.size > 0) {
      await Promise.allSettled(this.#working)
      await nextTurn()
    }
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
