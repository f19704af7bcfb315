/** How long a pod takes to acknowledge: first its peak, with as much as it takes; then requests at half of that rate. */
import { inFlight } from '../contenders/in-flight.ts'
import { type Latency, latencyOf } from '../load/latencies.ts'
import { openLoop } from '../load/open-loop.ts'
import { podClient } from '../load/pod-client.ts'
import type { BenchServers } from '../servers/bench-servers.ts'
import { startPod } from '../servers/pod-process.ts'
import type { MarketSpec } from '../ticks/bench-ticks.ts'

export interface AcknowledgeLatency {
  readonly batchTicks: number
  readonly peakTicksPerSecond: number
  readonly atHalf: Latency
}

const BATCH_TICKS = 1000
const REQUESTS_AT_ONCE = 8

export async function measureAcknowledgeLatency(
  servers: BenchServers,
  market: MarketSpec,
  seconds: number,
): Promise<AcknowledgeLatency> {
  await servers.redis.empty('always')
  const pod = await startPod(servers)
  const client = podClient(pod.url, market, BATCH_TICKS)
  try {
    const peakOf = async (forSeconds: number): Promise<number> => {
      const startedMs = performance.now()
      const untilMs = startedMs + forSeconds * 1000
      const requests = { batches: market.ticks / BATCH_TICKS, atOnce: REQUESTS_AT_ONCE, untilMs }
      const ticks = await inFlight(requests, (request) => client.send(request))
      return (ticks * 1000) / (performance.now() - startedMs)
    }
    await peakOf(seconds / 2)
    const peakTicksPerSecond = await peakOf(seconds / 2)
    const requestsPerSecond = peakTicksPerSecond / 2 / BATCH_TICKS
    const timesMs = await openLoop({ requestsPerSecond, seconds, send: (request) => client.send(request) })
    return { batchTicks: BATCH_TICKS, peakTicksPerSecond, atHalf: latencyOf(timesMs) }
  } finally {
    client.close()
    await pod.stop()
  }
}
