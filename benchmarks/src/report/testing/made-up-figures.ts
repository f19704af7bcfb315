/** Figures of every step, made up: as many as the pages and charts need to have all their parts. */
import type { Latency } from '../../load/latencies.ts'
import type { Figures } from '../../publication.ts'
import type { Run, VariantResult } from '../../run/rounds.ts'
import type { Variant } from '../../run/variant.ts'
import type { Drain } from '../../scenarios/drain.ts'
import type { ReferenceLoad } from '../../scenarios/reference-load.ts'
import { machine } from './made-up-machine.ts'

const latency: Latency = { requests: 1000, p50Ms: 2, p99Ms: 8, maxMs: 20 }
const run: Run = {
  acknowledged: 1000,
  seconds: 1,
  perSecond: 1000,
  cpuUsEach: 1,
  redisCpuUsEach: 0.5,
  redisBytes: 30_000,
  rows: 100,
  missing: 0,
  isVolumeRight: true,
}

function result(id: string, contender: Variant['contender'], batchTicks: number, symbols = 4000): VariantResult {
  const market = { market: 'zipf', symbols, ticks: 1000 } as const
  const settings = { batchTicks, inFlight: 4, accumulators: ['sessions'], pods: id.endsWith('2') ? 2 : 1 }
  return {
    variant: { id, contender, title: id, market, appendfsync: 'always', settings, unit: 'ticks' },
    runs: [run, { ...run, perSecond: 2000 }],
  }
}

function drain(symbols: number): Drain {
  return {
    symbols,
    fillSeconds: 1,
    redisBytesDirty: 330 * symbols,
    redisBytesClean: 220 * symbols,
    drainSeconds: 2,
    workerCpuUsEach: 5,
    redisCpuUsEach: 3,
    rowsPerSecond: 50_000,
    rowsWritten: symbols,
    statements: symbols / 1000,
    postgresRows: symbols,
    postgresBytes: 330 * symbols,
    walBytes: 400 * symbols,
  }
}

function reference(intervalSeconds: number): ReferenceLoad {
  return {
    intervalSeconds,
    ticksPerSecond: 100_000,
    symbols: 4000,
    ticks: 100_000 * intervalSeconds,
    rows: 4000,
    statements: 16,
    walBytes: 1_000_000,
    acknowledge: latency,
    podCores: 0.2,
    workerCores: 0.1,
    redisCores: 0.1,
    redisBytes: 1_300_000,
    postgresRows: 4000,
  }
}

const apply = ['1', '1,000', '5,000'].map((rows) => ({
  operation: 'apply',
  detail: `sessions, rows that exist, ${rows} a call`,
  unit: 'row' as const,
  usEach: 5,
  redisCpuUsEach: 3,
  redisSystemUsEach: 1,
  redisCommands: [
    { name: 'evalsha', callsEach: 0.001, usEach: 2 },
    { name: 'hset', callsEach: 0.02, usEach: 1 },
  ],
}))

const samples = [5, 10, 15, 20].map((seconds) => ({
  seconds,
  ticksPerSecond: 100_000,
  podMemoryMb: 150,
  workerMemoryMb: 100,
  redisMemoryMb: 20,
}))

const point = (share: number, ticksPerSecond: number) => ({
  share,
  ticksPerSecond,
  latency,
  usualP99Ms: 9,
  busyCores: 1.4,
  logRewrites: 1,
})

export const figures: Figures = {
  machine,
  steps: {},
  rounds: 2,
  contenders: [
    result('embedded-sessions-1000-always', 'embedded', 1000),
    result('embedded-sessions-10000-always', 'embedded', 10_000),
    result('http-csv-1', 'http', 10_000),
    result('python', 'python', 1),
  ],
  growth: [
    result('growth-zipf-1000', 'embedded', 10_000, 1000),
    result('growth-zipf-10000', 'embedded', 10_000, 10_000),
    result('growth-request-100', 'http', 100),
    result('growth-request-1000', 'http', 1000),
    result('growth-pods-1', 'http', 10_000),
    result('growth-pods-2', 'http', 10_000),
  ],
  micro: { results: apply, memory: { rows: 1000, dirtyBytesEach: 330, cleanBytesEach: 220 } },
  drains: [drain(1000), drain(1_000_000)],
  syncRates: [50_000, 52_000, 51_000],
  bareUpserts: [60_000, 61_000, 59_000],
  probedDrain: { ...drain(1_000_000), ingest: { before: latency, during: { ...latency, p99Ms: 40 } } },
  acknowledge: {
    curves: [
      { batchTicks: 100, peakTicksPerSecond: 100_000, points: [point(0.25, 25_000), point(0.5, 50_000)] },
      { batchTicks: 1000, peakTicksPerSecond: 300_000, points: [point(0.25, 75_000), point(0.5, 150_000)] },
    ],
  },
  references: [reference(5), reference(30)],
  reductions: [1, 30].map((intervalSeconds) => ({ intervalSeconds, symbols: 4000, ticksARow: 25 * intervalSeconds })),
  profiles: [{ id: 'sync', title: 'The sync worker', unit: 'rows', perSecond: 50_000, functions: [] }],
  soak: { seconds: 20, ticks: 2_000_000, missing: 0, samples },
}
