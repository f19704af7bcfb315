/**
 * So many symbols, each with one tick, filled into Redis and then drained into PostgreSQL by a sync worker: what both cost, and,
 * where a pod takes other ticks meanwhile, how long these wait.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { benchLayout } from '../bench-layout.ts'
import type { Latency } from '../load/latencies.ts'
import { ContenderChild } from '../run/contender-child.ts'
import { contenderDeps } from '../run/rounds.ts'
import type { Variant } from '../run/variant.ts'
import { openColdStore } from '../servers/bench-cold-store.ts'
import { openHotStore } from '../servers/bench-hot-store.ts'
import type { BenchServers } from '../servers/bench-servers.ts'
import { type PodProcess, startWorker } from '../servers/pod-process.ts'
import { cpuSecondsOf } from '../servers/process-facts.ts'
import { PROBE, startProbe } from './ingest-probe.ts'
import { SyncRecords } from './sync-runs.ts'

export interface Drain {
  readonly symbols: number
  readonly fillSeconds: number
  readonly redisBytesDirty: number
  readonly redisBytesClean: number
  readonly drainSeconds: number
  /** Of the worker and of Redis's thread, while it drains. */
  readonly workerCpuUsEach: number | undefined
  readonly redisCpuUsEach: number
  /** Of the run that wrote most, over its own time. */
  readonly rowsPerSecond: number
  readonly rowsWritten: number
  readonly statements: number
  readonly postgresRows: number
  readonly postgresBytes: number
  readonly walBytes: number
  /** Of a pod's requests of 100 ticks, 100 a second: before the drain, and during it. */
  readonly ingest?: { readonly before: Latency; readonly during: Latency }
}

const BATCH = { batchTicks: 10_000, inFlight: 6, passesMax: 1 }
const FILL_SECONDS_MAX = 600
const DRAIN_SECONDS_MAX = 600
const POLL_MS = 200
const US = 1_000_000

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
    const cpuBefore = { worker: cpuSecondsOf(worker.pid), redis: await servers.redis.cpuSeconds() }
    // The probe makes its own rows dirty all the time.
    const restMax = isProbed ? PROBE.market.symbols : 0
    while ((await dirtyRows(store.hot, layout.shards)) > restMax) {
      assertInTime(startedMs)
      await sleep(POLL_MS)
    }
    const drainSeconds = (performance.now() - startedMs) / 1000
    const workerSeconds = secondsSince(cpuBefore.worker, cpuSecondsOf(worker.pid))
    const redisSeconds = (await servers.redis.cpuSeconds()) - cpuBefore.redis
    const during = await probe?.finish()
    while ((await dirtyRows(store.hot, layout.shards)) > 0) await sleep(POLL_MS)
    // A run is recorded after its last row was un-dirtied.
    let runs = await records.runs()
    while (runs.reduce((sum, { rows }) => sum + rows, 0) < symbols) {
      assertInTime(startedMs)
      await sleep(POLL_MS)
      runs = await records.runs()
    }
    const total = (field: 'rows' | 'statements') => runs.reduce((sum, run) => sum + run[field], 0)
    const largest = runs.toSorted((a, b) => b.rows - a.rows)[0]
    const stored = await records.stored()
    return {
      symbols,
      fillSeconds,
      redisBytesDirty,
      redisBytesClean: (await servers.redis.memoryBytes()) - emptyBytes,
      drainSeconds,
      workerCpuUsEach: workerSeconds === undefined ? undefined : (workerSeconds * US) / symbols,
      redisCpuUsEach: (redisSeconds * US) / symbols,
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

function assertInTime(startedMs: number): void {
  if (performance.now() - startedMs > DRAIN_SECONDS_MAX * 1000) throw new Error('the drain does not come to its end')
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

async function dirtyRows(
  hot: { readDepth(shard: number): Promise<{ readonly dirty: Readonly<Record<string, number>> }> },
  shards: number,
): Promise<number> {
  const depths = await Promise.all(Array.from({ length: shards }, (_, shard) => hot.readDepth(shard)))
  return depths.reduce((sum, { dirty }) => sum + (dirty.sessions ?? 0), 0)
}

function secondsSince(before: number | undefined, after: number | undefined): number | undefined {
  return before === undefined || after === undefined ? undefined : after - before
}
