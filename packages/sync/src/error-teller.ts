/** Tells the log of errors that come again and again, as those of a connection that is down: each once in a while. */
import type { Clock, Logger } from '@weir/service'

const INTERVAL_MS = 60_000
/** Different messages remembered; more are told without a limit. */
const MESSAGES_MAX = 50

export function errorTeller(log: Logger, clock: Clock, message: string): (error: Error) => void {
  const nextMs = new Map<string, number>()
  return (error) => {
    const nowMs = clock.monotonicMs()
    if (nowMs < (nextMs.get(error.message) ?? Number.NEGATIVE_INFINITY)) return
    if (nextMs.size >= MESSAGES_MAX) nextMs.clear()
    nextMs.set(error.message, nowMs + INTERVAL_MS)
    log.warn({ err: error }, message)
  }
}
