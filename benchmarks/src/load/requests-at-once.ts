/** How many requests find out a pod's peak: always as many ticks on their way, whatever a request has of them. */
const TICKS_AT_ONCE = 40_000
const REQUESTS = { min: 4, max: 32 }

export function requestsAtOnce(batchTicks: number): number {
  return Math.min(REQUESTS.max, Math.max(REQUESTS.min, Math.round(TICKS_AT_ONCE / batchTicks)))
}
