/** A pod at its peak for minutes, with a sync worker beside it: whether its memory stays flat and its rate holds. */
import { setTimeout as sleep } from 'node:timers/promises'
import { benchLayout } from '../bench-layout.ts'
import { countedInWeir } from '../contenders/counted-in-weir.ts'
import { inFlight } from '../contenders/in-flight.ts'
import { podClient } from '../load/pod-client.ts'
import { openColdStore } from '../servers/bench-cold-store.ts'
import { openHotStore } from '../servers/bench-hot-store.ts'
import type { BenchServers } from '../servers/bench-servers.ts'
import { startPod, startWorker } from '../servers/pod-process.ts'
import { memoryMbOf } from '../servers/process-facts.ts'
import type { MarketSpec } from '../ticks/bench-ticks.ts'

interface SoakSample {
  readonly seconds: number
  readonly ticksPerSecond: number
  /** Undefined where the system does not tell. */
  readonly podMemoryMb: number | undefined
  readonly workerMemoryMb: number | undefined
  readonly redisMemoryMb: number
}

export interface Soak {
  readonly seconds: number
  readonly ticks: number
  readonly missing: number
  readonly samples: readonly SoakSample[]
}

const BATCH_TICKS = 10_000
const REQUESTS_AT_ONCE = 4
const SAMPLE_MS = 5000
const SYNC_INTERVAL_SECONDS = 30
const BYTES_A_MB = 1024 * 1024

export async function measureSoak(
  servers: BenchServers,
  market: MarketSpec,
  seconds: number,
  progress: (line: string) => void,
): Promise<Soak> {
  const layout = benchLayout()
  const databaseUrl = await servers.createDatabase('soak')
  await (await openColdStore(databaseUrl, layout)).destroy()
  await servers.redis.empty('always')
  const { redisUrl } = servers
  const pod = await startPod(servers)
  const worker = await startWorker({ redisUrl, databaseUrl, intervalSeconds: SYNC_INTERVAL_SECONDS })
  const client = podClient(pod.url, market, BATCH_TICKS)
  const samples: SoakSample[] = []
  const startedMs = performance.now()
  const untilMs = startedMs + seconds * 1000
  let accepted = 0
  async function sampleUntilEnd(): Promise<void> {
    let before = { ms: startedMs, accepted: 0 }
    while (performance.now() < untilMs) {
      await sleep(Math.min(SAMPLE_MS, Math.max(0, untilMs - performance.now())))
      const now = { ms: performance.now(), accepted }
      const sample = {
        seconds: (now.ms - startedMs) / 1000,
        ticksPerSecond: ((now.accepted - before.accepted) * 1000) / (now.ms - before.ms),
        podMemoryMb: memoryMbOf(pod.pid),
        workerMemoryMb: memoryMbOf(worker.pid),
        redisMemoryMb: (await servers.redis.memoryBytes()) / BYTES_A_MB,
      }
      samples.push(sample)
      const { podMemoryMb } = sample
      progress(
        `soak ${Math.round(sample.seconds)} of ${seconds} s: ${Math.round(sample.ticksPerSecond)} ticks/s, pod ${Math.round(podMemoryMb ?? 0)} MB`,
      )
      before = now
    }
  }
  try {
    const sending = inFlight(
      { batches: market.ticks / BATCH_TICKS, atOnce: REQUESTS_AT_ONCE, untilMs },
      async (request) => {
        const taken = await client.send(request)
        accepted += taken
        return taken
      },
    )
    const [ticks] = await Promise.all([sending, sampleUntilEnd()])
    const store = await openHotStore(redisUrl, layout)
    const counted = await countedInWeir(store.hot, layout)
    store.close()
    return { seconds: (performance.now() - startedMs) / 1000, ticks, missing: ticks - counted.ticks, samples }
  } finally {
    client.close()
    await pod.stop()
    await worker.stop()
  }
}
