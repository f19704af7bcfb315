/**
 * So many symbols, each with one tick, filled into Redis and then drained into PostgreSQL by a sync worker: what both cost, and,
 * where a pod takes other ticks meanwhile, how long these wait.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { benchLayout } from '../bench-layout.ts'
import { type Latency, latencyOf } from '../load/latencies.ts'
import { openLoop } from '../load/open-loop.ts'
import { podClient } from '../load/pod-client.ts'
import { ContenderChild } from '../run/contender-child.ts'
import { contenderDeps } from '../run/rounds.ts'
import type { Variant } from '../run/variant.ts'
import { openColdStore } from '../servers/bench-cold-store.ts'
import { openHotStore } from '../servers/bench-hot-store.ts'
import type { BenchServers } from '../servers/bench-servers.ts'
import { type PodProcess, startPod, startWorker } from '../servers/pod-process.ts'
import { SyncRecords } from './sync-runs.ts'

export interface Drain {
  readonly symbols: number
  readonly fillSeconds: number
  readonly redisBytesDirty: number
  readonly redisBytesClean: number
  readonly drainSeconds: number
  /** Of the run that wrote most, over its own time. */
  readonly rowsPerSecond: number
  readonly rowsWritten: number
  readonly statements: number
  readonly postgresRows: number
  readonly postgresBytes: number
  readonly walBytes: number
  /** Of a pod's requests of 100 ticks, 50 a second: before the drain, and during it. */
  readonly ingest?: { readonly before: Latency; readonly during: Latency }
}

const BATCH = { batchTicks: 10_000, inFlight: 6, passesMax: 1 }
const FILL_SECONDS_MAX = 600
const DRAIN_SECONDS_MAX = 600
const POLL_MS = 200
const PROBE = { ticks: 100, requestsPerSecond: 50, secondsBefore: 5 }
const PROBE_MARKET = { market: 'zipf', symbols: 1000, ticks: 100_000 } as const

export async function measureDrain(
  servers: BenchServers,
  symbols: number,
  { isProbed, profileDir }: { isProbed: boolean; profileDir?: string },
): Promise<Drain> {
  const layout = benchLayout()
  const databaseUrl = await servers.createDatabase('drain')
  await (await openColdStore(databaseUrl, layout)).destroy()
  const records = new SyncRecords(databaseUrl)
  await records.connect()
  await servers.redis.empty('always')
  const emptyBytes = await servers.redis.memoryBytes()
  const fillSeconds = await fill(servers, symbols)
  const redisBytesDirty = (await servers.redis.memoryBytes()) - emptyBytes
  const store = await openHotStore(servers.redisUrl, layout)
  const probe = isProbed ? await startProbe(servers) : undefined
  let worker: PodProcess | undefined
  try {
    const walBefore = await records.walBytes()
    const startedMs = performance.now()
    worker = await startWorker({ redisUrl: servers.redisUrl, databaseUrl, intervalSeconds: 1, profileDir })
    // The probe makes its own rows dirty all the time.
    const restMax = isProbed ? PROBE_MARKET.symbols : 0
    while ((await dirtyRows(store.hot, layout.shards)) > restMax) {
      if (performance.now() - startedMs > DRAIN_SECONDS_MAX * 1000)
        throw new Error('the drain does not come to its end')
      await sleep(POLL_MS)
    }
    const drainSeconds = (performance.now() - startedMs) / 1000
    const during = await probe?.finish()
    while ((await dirtyRows(store.hot, layout.shards)) > 0) await sleep(POLL_MS)
    const runs = await records.runs()
    const total = (field: 'rows' | 'statements') => runs.reduce((sum, run) => sum + run[field], 0)
    const largest = runs.toSorted((a, b) => b.rows - a.rows)[0]
    const stored = await records.stored()
    return {
      symbols,
      fillSeconds,
      redisBytesDirty,
      redisBytesClean: (await servers.redis.memoryBytes()) - emptyBytes,
      drainSeconds,
      rowsPerSecond: ((largest?.rows ?? 0) * 1000) / (largest?.durationMs ?? 0),
      rowsWritten: total('rows'),
      statements: total('statements'),
      postgresRows: stored.rows,
      postgresBytes: stored.bytes,
      walBytes: (await records.walBytes()) - walBefore,
      ...(probe === undefined || during === undefined ? {} : { ingest: { before: probe.before, during } }),
    }
  } finally {
    await probe?.close()
    await worker?.stop()
    store.close()
    await records.close()
  }
}

async function fill(servers: BenchServers, symbols: number): Promise<number> {
  const variant: Variant = {
    id: `fill-${symbols}`,
    contender: 'embedded',
    title: '',
    market: { market: 'flat', symbols, ticks: symbols },
    appendfsync: 'always',
    settings: BATCH,
    unit: 'ticks',
  }
  const child = new ContenderChild()
  try {
    await child.prepare(variant, contenderDeps(servers))
    await child.reset(variant)
    const { acknowledged, seconds } = await child.run(variant, FILL_SECONDS_MAX)
    if (acknowledged !== symbols) throw new Error(`${acknowledged} of ${symbols} rows were filled in`)
    return seconds
  } finally {
    await child.close()
  }
}

/** A pod, and requests to it at a fixed pace until they are told to finish. */
async function startProbe(servers: BenchServers) {
  const pod = await startPod(servers)
  const client = podClient(pod.url, PROBE_MARKET, PROBE.ticks)
  const { requestsPerSecond, secondsBefore } = PROBE
  const send = (request: number) => client.send(request)
  // A process that has just started is slow; the second half is what counts.
  const warm = await openLoop({ requestsPerSecond, seconds: secondsBefore, send })
  const before = latencyOf(warm.slice(warm.length / 2))
  let isOver = false
  const during = openLoop({ requestsPerSecond, seconds: DRAIN_SECONDS_MAX, isOver: () => isOver, send })
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

async function dirtyRows(
  hot: { readDepth(shard: number): Promise<{ readonly dirty: Readonly<Record<string, number>> }> },
  shards: number,
): Promise<number> {
  const depths = await Promise.all(Array.from({ length: shards }, (_, shard) => hot.readDepth(shard)))
  return depths.reduce((sum, { dirty }) => sum + (dirty.sessions ?? 0), 0)
}
