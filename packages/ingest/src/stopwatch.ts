/** How long ago something was, by whichever clock saw more: a process that is paused, or a machine that sleeps, stops one of them. */
import type { Clock } from '@weir/service'

export function startStopwatch(clock: Clock): () => number {
  const startedMs = clock.nowMs()
  const startedMonotonicMs = clock.monotonicMs()
  return () => Math.max(clock.nowMs() - startedMs, clock.monotonicMs() - startedMonotonicMs)
}
