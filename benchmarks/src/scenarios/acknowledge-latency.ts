/**
 * How long a pod takes to acknowledge. For each size of request: its peak, with as many at once as it takes, then requests at
 * fixed times at shares of that peak. Last, for longer, at half of the pod's peak, in requests of the size that reached it.
 */
import { inFlight } from '../contenders/in-flight.ts'
import { type Latency, latencyOf } from '../load/latencies.ts'
import { openLoop } from '../load/open-loop.ts'
import { type PodClient, podClient } from '../load/pod-client.ts'
import { requestsAtOnce } from '../load/requests-at-once.ts'
import type { LatencyScale } from '../scale.ts'
import type { BenchServers } from '../servers/bench-servers.ts'
import { startPod } from '../servers/pod-process.ts'
import type { MarketSpec } from '../ticks/bench-ticks.ts'

export interface AcknowledgeLatency {
  readonly curves: readonly LatencyCurve[]
  readonly atHalf: LatencyPoint & { readonly batchTicks: number }
}

interface LatencyCurve {
  readonly batchTicks: number
  readonly peakTicksPerSecond: number
  readonly points: readonly LatencyPoint[]
}

interface LatencyPoint {
  /** Asked for, at fixed times. */
  readonly ticksPerSecond: number
  /** Of each request, from when it was due. */
  readonly latency: Latency
}

export async function measureAcknowledgeLatency(
  servers: BenchServers,
  market: MarketSpec,
  scale: LatencyScale,
  progress: (line: string) => void,
): Promise<AcknowledgeLatency> {
  await servers.redis.empty('always')
  const pod = await startPod(servers)
  const clients = scale.requestTicks.map((batchTicks) => podClient(pod.url, market, batchTicks))
  try {
    const curves: LatencyCurve[] = []
    for (const client of clients) {
      const curve = await measureCurve(client, scale)
      progress(`${curve.batchTicks} ticks a request: at most ${Math.round(curve.peakTicksPerSecond)} ticks/s`)
      curves.push(curve)
    }
    const highest = curves.toSorted((a, b) => b.peakTicksPerSecond - a.peakTicksPerSecond)[0]
    const client = clients.find(({ batchTicks }) => batchTicks === highest?.batchTicks)
    if (highest === undefined || client === undefined) throw new Error('latency is measured with requests of some size')
    const point = await measurePoint(client, highest.peakTicksPerSecond / 2, scale.secondsAtHalf)
    return { curves, atHalf: { batchTicks: client.batchTicks, ...point } }
  } finally {
    for (const client of clients) client.close()
    await pod.stop()
  }
}

async function measureCurve(client: PodClient, { peakSeconds, shares, secondsEach }: LatencyScale) {
  await measurePeak(client, peakSeconds)
  const peakTicksPerSecond = await measurePeak(client, peakSeconds)
  const points: LatencyPoint[] = []
  for (const share of shares) points.push(await measurePoint(client, peakTicksPerSecond * share, secondsEach))
  return { batchTicks: client.batchTicks, peakTicksPerSecond, points }
}

async function measurePeak(client: PodClient, seconds: number): Promise<number> {
  const startedMs = performance.now()
  const atOnce = requestsAtOnce(client.batchTicks)
  const requests = { batches: client.requests, atOnce, untilMs: startedMs + seconds * 1000 }
  const ticks = await inFlight(requests, (request) => client.send(request))
  return (ticks * 1000) / (performance.now() - startedMs)
}

async function measurePoint(client: PodClient, ticksPerSecond: number, seconds: number): Promise<LatencyPoint> {
  const requestsPerSecond = ticksPerSecond / client.batchTicks
  const send = (request: number) => client.send(request)
  const timesMs = await openLoop({ requestsPerSecond, seconds, send })
  return { ticksPerSecond, latency: latencyOf(timesMs) }
}
