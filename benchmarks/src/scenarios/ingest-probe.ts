/** A pod that is asked at a fixed pace while something else goes on: how long its answers take before that, and during it. */
import { type Latency, latencyOf } from '../load/latencies.ts'
import { openLoop } from '../load/open-loop.ts'
import { podClient } from '../load/pod-client.ts'
import type { BenchServers } from '../servers/bench-servers.ts'
import { startPod } from '../servers/pod-process.ts'

/** Symbols of its own, few: they are no part of what is drained. */
export const PROBE = {
  market: { market: 'zipf', symbols: 1000, ticks: 100_000 },
  ticks: 100,
  requestsPerSecond: 100,
  secondsBefore: 5,
} as const
const SECONDS_MAX = 600

/** A pod, and requests to it at a fixed pace until they are told to finish. */
export async function startProbe(servers: BenchServers) {
  const pod = await startPod(servers)
  const client = podClient(pod.url, PROBE.market, PROBE.ticks)
  const { requestsPerSecond, secondsBefore } = PROBE
  const send = (request: number) => client.send(request)
  // A process that has just started is slow; the second half is what counts.
  const warm = await openLoop({ requestsPerSecond, seconds: secondsBefore, send })
  const before = latencyOf(warm.slice(warm.length / 2))
  let isOver = false
  const during = openLoop({ requestsPerSecond, seconds: SECONDS_MAX, isOver: () => isOver, send })
  // Where the drain fails first, this one's end is of no interest.
  during.catch(() => undefined)
  return {
    before,
    async finish(): Promise<Latency> {
      isOver = true
      return latencyOf(await during)
    },
    async close(): Promise<void> {
      isOver = true
      await during.catch(() => undefined)
      client.close()
      await pod.stop()
    },
  }
}
