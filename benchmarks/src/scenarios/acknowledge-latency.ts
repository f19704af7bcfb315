/**
 * How long a pod takes to acknowledge. For each size of request: its peak, with as many at once as it takes, then requests at
 * fixed times at shares of that peak; at half of it for longer.
 */
import { inFlight } from '../contenders/in-flight.ts'
import { type Latency, latencyOf, usualP99Ms } from '../load/latencies.ts'
import { openLoop } from '../load/open-loop.ts'
import { type PodClient, podClient } from '../load/pod-client.ts'
import { requestsAtOnce } from '../load/requests-at-once.ts'
import type { LatencyScale } from '../scale.ts'
import type { BenchServers } from '../servers/bench-servers.ts'
import { startBusyCores } from '../servers/busy-cores.ts'
import { startPod } from '../servers/pod-process.ts'
import type { RedisAdmin } from '../servers/redis-admin.ts'
import type { MarketSpec } from '../ticks/bench-ticks.ts'

/** The share of the peak for which there is a target. */
export const HALF = 0.5

export interface AcknowledgeLatency {
  readonly curves: readonly LatencyCurve[]
}

export interface LatencyCurve {
  readonly batchTicks: number
  readonly peakTicksPerSecond: number
  readonly points: readonly LatencyPoint[]
}

interface LatencyPoint {
  /** Of the peak. */
  readonly share: number
  /** Asked for, at fixed times. */
  readonly ticksPerSecond: number
  /** Of each request, from when it was due. */
  readonly latency: Latency
  /** Of a usual second: the median of the seconds' p99. */
  readonly usualP99Ms: number | undefined
  /** By all processes of the machine, the sender's too. */
  readonly busyCores: number
  /** How often Redis rewrote its append-only file meanwhile, and removed the one before: all that write to the disk wait for that. */
  readonly logRewrites: number
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
    const [smallest] = clients
    if (smallest !== undefined) await measurePeak(smallest, scale.warmSeconds)
    const curves: LatencyCurve[] = []
    for (const client of clients) {
      const curve = await measureCurve(servers.redis, client, scale)
      progress(`${curve.batchTicks} ticks a request: at most ${Math.round(curve.peakTicksPerSecond)} ticks/s`)
      curves.push(curve)
    }
    return { curves }
  } finally {
    for (const client of clients) client.close()
    await pod.stop()
  }
}

async function measureCurve(
  redis: RedisAdmin,
  client: PodClient,
  { peakSeconds, shares, secondsEach, secondsAtHalf }: LatencyScale,
): Promise<LatencyCurve> {
  await measurePeak(client, peakSeconds)
  const peakTicksPerSecond = await measurePeak(client, peakSeconds)
  const points: LatencyPoint[] = []
  for (const share of shares) {
    const seconds = share === HALF ? secondsAtHalf : secondsEach
    const before = await redis.logRewrites()
    const point = await measurePoint(client, peakTicksPerSecond * share, seconds)
    points.push({ share, ...point, logRewrites: (await redis.logRewrites()) - before })
  }
  return { batchTicks: client.batchTicks, peakTicksPerSecond, points }
}

async function measurePeak(client: PodClient, seconds: number): Promise<number> {
  const startedMs = performance.now()
  const atOnce = requestsAtOnce(client.batchTicks)
  const requests = { batches: client.requests, atOnce, untilMs: startedMs + seconds * 1000 }
  const ticks = await inFlight(requests, (request) => client.send(request))
  return (ticks * 1000) / (performance.now() - startedMs)
}

async function measurePoint(client: PodClient, ticksPerSecond: number, seconds: number) {
  const requestsPerSecond = ticksPerSecond / client.batchTicks
  const send = (request: number) => client.send(request)
  const busyCores = startBusyCores()
  const timesMs = await openLoop({ requestsPerSecond, seconds, send })
  return {
    ticksPerSecond,
    latency: latencyOf(timesMs),
    usualP99Ms: usualP99Ms(timesMs, requestsPerSecond),
    busyCores: busyCores(),
  }
}
