/** What was aimed at, as ratios and limits, beside what this run has shown. */
import { SESSIONS_ONLY } from '../bench-layout.ts'
import type { Publication } from '../publication.ts'
import { median } from '../run/median.ts'
import type { Soak } from '../scenarios/soak.ts'
import { bestEmbedded, bestOf, ratio, resultOf, threadLimits } from './figures.ts'
import { percent, rough, whole } from './format.ts'

export interface Target {
  readonly what: string
  readonly goal: string
  /** What was measured, in words. */
  readonly figure: string
  readonly verdict: 'met' | 'missed' | 'not measured'
  /** Where it was missed: what stands against it. */
  readonly limit?: string
}

export function computeTargets(publication: Publication): Target[] {
  return [
    ...throughputTargets(publication),
    ...httpTargets(publication),
    ...redisTargets(publication),
    ...syncTargets(publication),
    ...latencyTargets(publication),
    ...reductionTargets(publication),
  ]
}

const NOT_MEASURED = { figure: '', verdict: 'not measured' } as const

function throughputTargets(publication: Publication): Target[] {
  const python = resultOf(publication, 'python')
  const everysec = bestEmbedded(publication, SESSIONS_ONLY, 'everysec')
  const always = bestEmbedded(publication, SESSIONS_ONLY, 'always')
  const than = (of: typeof always, id: string, name: string, times: number): Target => {
    const to = id === 'python' ? python : resultOf(publication, id)
    const disk = of?.variant.appendfsync ?? 'everysec'
    return atLeast(
      `Embedded (${disk}) against ${name}`,
      ratio(of, to),
      times,
      of === undefined ? undefined : limitText(of),
    )
  }
  return [
    than(everysec, 'python', 'the Python accumulator', 5),
    than(always, 'python', 'the Python accumulator', 4),
    than(always, 'hincrby', 'HINCRBY + SADD a tick', 20),
    than(always, 'bullmq-tick', 'a BullMQ job a tick', 200),
    than(always, 'postgres-tick', 'a PostgreSQL upsert a tick', 1000),
  ]
}

function httpTargets(publication: Publication): Target[] {
  const python = resultOf(publication, 'python')
  const http = (format: string, times: number): Target => {
    const best = bestOf(publication, ({ id }) => id.startsWith(`http-${format}-`))
    const title = `HTTP ${format.toUpperCase()}, the better of one pod and two, against the Python accumulator`
    return atLeast(title, ratio(best, python), times, best === undefined ? undefined : limitText(best))
  }
  return [http('csv', 2), http('ndjson', 1)]
}

function redisTargets({ micro }: Publication): Target[] {
  const apply = micro?.results.find(({ operation, detail }) => {
    return operation === 'apply' && detail === 'sessions, rows that exist, 1,000 a call'
  })
  const cpu = { what: "Redis's processor time a row updated, 1,000 rows a call", goal: 'at most 2.5 µs' }
  const memory = { what: 'Memory of a live row in Redis, synced', goal: 'at most 250 bytes' }
  if (micro === undefined || apply?.redisCpuUsEach === undefined) {
    return [
      { ...cpu, ...NOT_MEASURED },
      { ...memory, ...NOT_MEASURED },
    ]
  }
  const { cleanBytesEach, dirtyBytesEach } = micro.memory
  return [
    { ...cpu, figure: `${rough(apply.redisCpuUsEach)} µs`, verdict: verdict(apply.redisCpuUsEach <= 2.5) },
    {
      ...memory,
      figure: `${whole(cleanBytesEach)} bytes; ${whole(dirtyBytesEach)} while it is dirty`,
      verdict: verdict(cleanBytesEach <= 250),
    },
  ]
}

function syncTargets({ drains, bareUpserts }: Publication): Target[] {
  const largest = drains?.at(-1)
  const rate = { what: 'Rows a second of the sync against the bare upsert of the same rows', goal: 'at least 80 %' }
  const wait = {
    what: `p99 of ingestion while ${whole(largest?.symbols ?? 1_000_000)} dirty rows drain`,
    goal: 'at most 50 ms',
  }
  if (largest?.ingest === undefined || bareUpserts === undefined || bareUpserts.length === 0) {
    return [
      { ...rate, ...NOT_MEASURED },
      { ...wait, ...NOT_MEASURED },
    ]
  }
  const bare = median(bareUpserts)
  const share = largest.rowsPerSecond / bare
  const { before, during } = largest.ingest
  return [
    {
      ...rate,
      figure: `${percent(share)}: ${rough(largest.rowsPerSecond)} of ${rough(bare)}`,
      verdict: verdict(share >= 0.8),
    },
    {
      ...wait,
      figure: `${rough(during.p99Ms)} ms; ${rough(before.p99Ms)} ms before it`,
      verdict: verdict(during.p99Ms <= 50),
    },
  ]
}

function latencyTargets({ acknowledge, soak }: Publication): Target[] {
  const wait = { what: 'p99 of acknowledgement over HTTP at half of the peak', goal: 'below 10 ms' }
  const memory = { what: 'Memory of a pod over the soak, at its peak load', goal: 'flat, below 200 MB' }
  return [
    acknowledge === undefined
      ? { ...wait, ...NOT_MEASURED }
      : {
          ...wait,
          figure: `${rough(acknowledge.atHalf.p99Ms)} ms, median ${rough(acknowledge.atHalf.p50Ms)} ms`,
          verdict: verdict(acknowledge.atHalf.p99Ms < 10),
        },
    soak === undefined ? { ...memory, ...NOT_MEASURED } : { ...memory, ...judgeMemory(soak.figures) },
  ]
}

/** How much the mean of a soak's last quarter may lie above that of its second. */
const FLAT_GROWTH_MAX = 1.1

function judgeMemory({ samples }: Soak): Pick<Target, 'figure' | 'verdict'> {
  const sizes = samples.flatMap(({ podMemoryMb }) => podMemoryMb ?? [])
  if (sizes.length === 0) return { figure: 'the system does not tell', verdict: 'not measured' }
  const quarter = (number: number) => {
    const part = sizes.slice((sizes.length * number) / 4, Math.max(1, (sizes.length * (number + 1)) / 4))
    return part.reduce((sum, size) => sum + size, 0) / part.length
  }
  const growth = quarter(3) / quarter(1)
  const largest = Math.max(...sizes)
  const isMet = largest < 200 && growth <= FLAT_GROWTH_MAX
  return {
    figure: `at most ${whole(largest)} MB, its last quarter ${percent(growth)} of its second`,
    verdict: verdict(isMet),
  }
}

function reductionTargets({ references }: Publication): Target[] {
  const what = 'Ticks a row written, 100,000 ticks/s over 4,000 symbols, synced every 30 s'
  const goal = 'at least 500'
  const load = references?.find(({ intervalSeconds }) => intervalSeconds === 30)
  if (load === undefined) return [{ what, goal, ...NOT_MEASURED }]
  return [{ what, goal, figure: whole(load.ticks / load.rows), verdict: verdict(load.ticks / load.rows >= 500) }]
}

function atLeast(what: string, measured: number | undefined, times: number, limit: string | undefined): Target {
  const goal = `at least ${whole(times)} ×`
  if (measured === undefined) return { what, goal, ...NOT_MEASURED }
  const isMet = measured >= times
  const figure = `${rough(measured)} ×`
  return { what, goal, figure, verdict: verdict(isMet), ...(isMet || limit === undefined ? {} : { limit }) }
}

function limitText(result: Parameters<typeof threadLimits>[0]): string {
  const { process, redis } = threadLimits(result)
  const ofProcess =
    process === undefined ? '' : `one thread of Weir's process could do ${rough(process)}/s at what a tick takes it, `
  return `${ofProcess}Redis's thread ${rough(redis)}/s`
}

function verdict(isMet: boolean): Target['verdict'] {
  return isMet ? 'met' : 'missed'
}
