/**
 * Shortens a schedule that ends in a violation: leaves out whole clients, then steps, in ever smaller pieces, as long as the
 * same is still broken. A step that cannot happen any more is skipped, so most of what is left out harms nothing.
 */
import { type RunOptions, type RunResult, simulate } from '../simulate.ts'
import type { Step } from './step.ts'

export interface Shortened {
  readonly clients: readonly string[]
  readonly steps: readonly Step[]
  readonly result: RunResult
}

export async function shorten(
  options: RunOptions,
  found: RunResult,
  clientNames: readonly string[],
  runsMax: number,
): Promise<Shortened> {
  let best: Shortened = { clients: clientNames, steps: found.steps, result: found }
  let runs = 0
  const tryWith = async (clients: readonly string[], steps: readonly Step[]): Promise<boolean> => {
    if (++runs > runsMax) return false
    const result = await simulate({ ...options, clients, steps })
    if (result.violation?.name !== found.violation?.name) return false
    best = { clients, steps: result.steps, result }
    return true
  }
  for (const name of clientNames) {
    await tryWith(
      best.clients.filter((client) => client !== name),
      best.steps,
    )
  }
  for (let size = Math.ceil(best.steps.length / 2); size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0) {
    for (let from = Math.max(0, best.steps.length - size); ; from -= size) {
      const start = Math.max(0, from)
      await tryWith(best.clients, [...best.steps.slice(0, start), ...best.steps.slice(start + size)])
      if (start === 0) break
    }
  }
  return best
}
