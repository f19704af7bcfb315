/**
 * The way to PostgreSQL for what can go on without it: nobody waits long for an answer, and after a failure nobody asks
 * again for a while.
 */
import type { Clock, Logger } from '@weir/service'

export interface ColdGuardOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly timeoutMs: number
  /** The name of the setting that gives the timeout, for the log. */
  readonly timeoutSetting?: string
  readonly pauseMs: number
  /** What is logged when it cannot be read. */
  readonly consequence: string
}

export class ColdGuard {
  readonly #options: ColdGuardOptions
  #pausedUntilMs = Number.NEGATIVE_INFINITY

  constructor(options: ColdGuardOptions) {
    this.#options = options
  }

  /** Undefined where it cannot be had now. */
  async read<Result>(what: string, read: () => Promise<Result>): Promise<{ readonly value: Result } | undefined> {
    const { clock, log, timeoutMs, timeoutSetting, pauseMs, consequence } = this.#options
    if (clock.monotonicMs() < this.#pausedUntilMs) return undefined
    const done = new AbortController()
    try {
      const timeout = clock.sleep(timeoutMs, done.signal).then(() => {
        const setting = timeoutSetting === undefined ? '' : ` (${timeoutSetting})`
        throw new Error(`no answer within ${timeoutMs} ms${setting}`)
      })
      // The loser of the race is not waited for; if it fails later, nobody needs to know.
      timeout.catch(() => undefined)
      return { value: await Promise.race([read(), timeout]) }
    } catch (error) {
      this.#pausedUntilMs = clock.monotonicMs() + pauseMs
      log.warn({ err: error, what }, `PostgreSQL cannot be read; ${consequence}`)
      return undefined
    } finally {
      done.abort()
    }
  }
}
