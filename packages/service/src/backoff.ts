/** How long to wait after failures: doubling up to a limit, with jitter so that workers do not come back all at once. */
import type { Random } from './random.ts'

export interface BackoffLimits {
  readonly baseMs: number
  readonly maxMs: number
}

/** Beyond this many doublings every base has long passed every limit. */
const DOUBLINGS_MAX = 30

/** The wait before the next attempt after `failures` (1 or more) in a row: half of it fixed, half of it random. */
export function backoffMs(failures: number, { baseMs, maxMs }: BackoffLimits, random: Random): number {
  const fullMs = Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, DOUBLINGS_MAX))
  return fullMs / 2 + (random.fraction() * fullMs) / 2
}
