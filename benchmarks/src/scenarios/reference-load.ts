/** 100,000 ticks a second over 4,000 symbols, through a pod, with a sync worker at its interval: how many ticks a row written stands for. */
import { setTimeout as sleep } from 'node:timers/promises'
import { benchLayout } from '../bench-layout.ts'
import { type Latency, latencyOf } from '../load/latencies.ts'
import { openLoop } from '../load/open-loop.ts'
import { podClient } from '../load/pod-client.ts'
import { openColdStore } from '../servers/bench-cold-store.ts'
import type { BenchServers } from '../servers/bench-servers.ts'
import { type PodProcess, startPod, startWorker } from '../servers/pod-process.ts'
import { cpuSecondsOf } from '../servers/process-facts.ts'
import { TICKS_PER_SECOND } from '../ticks/bench-ticks.ts'
import { type RecordedSync, SyncRecords } from './sync-runs.ts'

export interface ReferenceLoad {
  readonly intervalSeconds: number
  readonly ticksPerSecond: number
  readonly symbols: number
  /** Over the runs whose whole interval was under load. */
  readonly ticks: number
  readonly rows: number
  readonly statements: number
  readonly walBytes: number
  readonly acknowledge: Latency
  /** Of one core, over the whole load; undefined where the system does not tell. */
  readonly podCores: number | undefined
  readonly workerCores: number | undefined
  readonly redisCores: number
  readonly redisBytes: number
  readonly postgresRows: number
}

const BATCH_TICKS = 5000
const SYMBOLS = 4000
const POLL_MS = 100
/** How much later than their intervals the runs may come, on a machine that is busy. */
const LATE_SECONDS_MAX = 30

export async function measureReferenceLoad(
  servers: BenchServers,
  { intervalSeconds, intervals }: { intervalSeconds: number; intervals: number },
): Promise<ReferenceLoad> {
  const layout = benchLayout()
  const databaseUrl = await servers.createDatabase('reference')
  await (await openColdStore(databaseUrl, layout)).destroy()
  const records = new SyncRecords(databaseUrl)
  await records.connect()
  await servers.redis.empty('always')
  const emptyBytes = await servers.redis.memoryBytes()
  const pods: PodProcess[] = []
  let isOver = false
  try {
    pods.push(await startPod(servers))
    pods.push(await startWorker({ redisUrl: servers.redisUrl, databaseUrl, intervalSeconds }))
    const market = { market: 'zipf', symbols: SYMBOLS, ticks: 10 * TICKS_PER_SECOND } as const
    const client = podClient(pods[0]?.url ?? '', market, BATCH_TICKS)
    const startedMs = performance.now()
    // The first run's interval began before the load: one more than is counted, and time for it to come.
    const seconds = intervalSeconds * (intervals + 2) + LATE_SECONDS_MAX
    const requestsPerSecond = TICKS_PER_SECOND / BATCH_TICKS
    const load = openLoop({ requestsPerSecond, seconds, isOver: () => isOver, send: (request) => client.send(request) })
    const failed = load.then(
      () => undefined,
      (error: unknown) => error,
    )
    const cpuBefore = await readCpu(servers, pods)
    const counted = await countRuns(records, intervals, () => performance.now() - startedMs > seconds * 1000)
    isOver = true
    const timesMs = await load.catch(async () => {
      throw await failed
    })
    const elapsedSeconds = (performance.now() - startedMs) / 1000
    const cpuAfter = await readCpu(servers, pods)
    const coresOf = (index: number): number | undefined => {
      const [before, after] = [cpuBefore[index], cpuAfter[index]]
      return before === undefined || after === undefined ? undefined : (after - before) / elapsedSeconds
    }
    client.close()
    return {
      intervalSeconds,
      ticksPerSecond: (timesMs.length * BATCH_TICKS) / elapsedSeconds,
      symbols: SYMBOLS,
      ...counted,
      acknowledge: latencyOf(timesMs),
      podCores: coresOf(0),
      workerCores: coresOf(1),
      redisCores: coresOf(2) ?? 0,
      redisBytes: (await servers.redis.memoryBytes()) - emptyBytes,
      postgresRows: (await records.stored()).rows,
    }
  } finally {
    isOver = true
    for (const pod of pods) await pod.stop()
    await records.close()
  }
}

/** Seconds of the pod, the worker, Redis's thread. */
async function readCpu(servers: BenchServers, pods: readonly PodProcess[]): Promise<(number | undefined)[]> {
  return [...pods.map(({ pid }) => cpuSecondsOf(pid)), await servers.redis.cpuSeconds()]
}

/** The sums of so many runs after the first. */
async function countRuns(
  records: SyncRecords,
  intervals: number,
  isTimeUp: () => boolean,
): Promise<Pick<ReferenceLoad, 'ticks' | 'rows' | 'statements' | 'walBytes'>> {
  const walAfter: number[] = []
  for (;;) {
    const runs = await records.runs()
    while (walAfter.length < runs.length) walAfter.push(await records.walBytes())
    if (runs.length > intervals) {
      const counted = runs.slice(1, intervals + 1)
      const total = (field: keyof Pick<RecordedSync, 'rows' | 'updates' | 'statements'>) =>
        counted.reduce((sum, run) => sum + run[field], 0)
      const walBytes = (walAfter[intervals] ?? 0) - (walAfter[0] ?? 0)
      return { ticks: total('updates'), rows: total('rows'), statements: total('statements'), walBytes }
    }
    if (isTimeUp()) throw new Error(`there were ${runs.length} runs of the sync, ${intervals + 1} were waited for`)
    await sleep(POLL_MS)
  }
}
