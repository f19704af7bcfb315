/** Repeats one bounded round until it is stopped: it owns timing, backoff and stopping, so that rounds need not. */
import { backoffMs } from './backoff.ts'
import type { Clock } from './clock.ts'
import type { Logger } from './logger.ts'
import type { Random } from './random.ts'
import type { Service } from './service.ts'

export interface RunLoopOptions {
  readonly name: string
  /** From the start of one round to the start of the next; a longer round is followed at once. */
  readonly intervalMs: number
  /** One bounded round. The signal aborts on stop; a round that takes long should end early then. */
  readonly round: (signal: AbortSignal) => Promise<void>
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** The longest wait after failures. */
  readonly backoffMaxMs: number
}

/** The first wait after a failure: the interval, within these. */
const BACKOFF_BASE_MS = { min: 100, max: 1000 }

export class RunLoop implements Service {
  readonly name: string
  readonly #options: RunLoopOptions
  readonly #stopping = new AbortController()
  #running: Promise<void> | undefined
  #wait: AbortController | undefined
  #woken = false

  constructor(options: RunLoopOptions) {
    this.name = options.name
    this.#options = options
  }

  /** Begins with a round at once; resolves without waiting for it. */
  async start(): Promise<void> {
    if (this.#stopping.signal.aborted) return
    this.#running ??= this.#run()
  }

  /**
   * Runs a round at once, or one more right after the round in flight. It does not shorten a backoff: whoever wakes a
   * failing loop often would undo it.
   */
  wake(): void {
    this.#woken = true
    this.#wait?.abort()
  }

  /** Aborts the round's signal and waits for the round in flight. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#wait?.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { clock, intervalMs } = this.#options
    const signal = this.#stopping.signal
    let failures = 0
    while (!signal.aborted) {
      this.#woken = false
      const startedMs = clock.monotonicMs()
      failures = (await this.#round(failures + 1)) ? 0 : failures + 1
      if (signal.aborted) return
      if (failures > 0) await clock.sleep(this.#backoffMs(failures), signal)
      else await this.#sleepUnlessWoken(startedMs + intervalMs - clock.monotonicMs())
    }
  }

  async #round(attempt: number): Promise<boolean> {
    const { log, name, round } = this.#options
    try {
      await round(this.#stopping.signal)
      return true
    } catch (error) {
      // A round that ends early on stop may reject; that is no failure.
      if (!this.#stopping.signal.aborted)
        log.error({ err: error, loop: name, attempt }, 'a round failed; it will be tried again')
      return false
    }
  }

  #backoffMs(failures: number): number {
    const { backoffMaxMs, intervalMs, random } = this.#options
    const baseMs = Math.min(BACKOFF_BASE_MS.max, Math.max(BACKOFF_BASE_MS.min, intervalMs))
    return backoffMs(failures, { baseMs, maxMs: backoffMaxMs }, random)
  }

  async #sleepUnlessWoken(ms: number): Promise<void> {
    if (this.#woken || ms <= 0) return
    this.#wait = new AbortController()
    await this.#options.clock.sleep(ms, this.#wait.signal)
    this.#wait = undefined
  }
}
