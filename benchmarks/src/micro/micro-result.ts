/** The cost of one operation by itself. */
import type { RedisCost } from './redis-cost.ts'

export interface MicroResult extends Partial<Omit<RedisCost, 'usEach'>> {
  readonly operation: string
  /** What is worked on. */
  readonly detail: string
  readonly unit: 'tick' | 'row'
  /** In this process, or until the server has answered. */
  readonly usEach: number
}

export interface MicroTime {
  readonly warmUpMs: number
  readonly measureMs: number
}

const US_PER_MS = 1000

/** Repeats `work`, which says how many units it did; gives µs a unit. */
export async function timeEach(time: MicroTime, work: () => number | Promise<number>): Promise<number> {
  await repeat(time.warmUpMs, work)
  const { units, ms } = await repeat(time.measureMs, work)
  return (ms * US_PER_MS) / units
}

async function repeat(
  forMs: number,
  work: () => number | Promise<number>,
): Promise<{ readonly units: number; readonly ms: number }> {
  const startedMs = performance.now()
  let units = 0
  do {
    units += await work()
  } while (performance.now() - startedMs < forMs)
  return { units, ms: performance.now() - startedMs }
}
