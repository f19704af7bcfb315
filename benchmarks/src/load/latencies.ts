import { median } from '../run/median.ts'

/** Times of many requests to the figures that are shown. */
export interface Latency {
  readonly requests: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

export function latencyOf(timesMs: readonly number[]): Latency {
  const sorted = timesMs.toSorted((a, b) => a - b)
  const at = (fraction: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN
  return { requests: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
}

/** The p99 of a usual second: the median of the p99 of each. Requests in their order; undefined where no second was whole. */
export function usualP99Ms(timesMs: readonly number[], requestsPerSecond: number): number | undefined {
  const each = Math.max(1, Math.floor(requestsPerSecond))
  const seconds = Math.floor(timesMs.length / each)
  if (seconds === 0) return undefined
  return median(
    Array.from({ length: seconds }, (_, second) => latencyOf(timesMs.slice(second * each, (second + 1) * each)).p99Ms),
  )
}
