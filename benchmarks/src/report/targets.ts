/** What was aimed at, as ratios and limits, beside what this run has shown. */
import { SESSIONS_ONLY } from '../bench-layout.ts'
import type { Figures } from '../publication.ts'
import { median } from '../run/median.ts'
import type { Appendfsync } from '../run/variant.ts'
import { HALF, type LatencyCurve } from '../scenarios/acknowledge-latency.ts'
import type { Drain } from '../scenarios/drain.ts'
import type { Soak } from '../scenarios/soak.ts'
import { applyCost } from './apply-cost.ts'
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

export function computeTargets(figures: Figures): Target[] {
  return [
    ...throughputTargets(figures),
    ...httpTargets(figures),
    ...redisTargets(figures),
    ...syncTargets(figures),
    ...latencyTargets(figures),
    ...reductionTargets(figures),
  ]
}

const NOT_MEASURED = { figure: '', verdict: 'not measured' } as const

function throughputTargets(figures: Figures): Target[] {
  const everysec = bestEmbedded(figures, SESSIONS_ONLY, 'everysec')
  const always = bestEmbedded(figures, SESSIONS_ONLY, 'always')
  const than = (disk: Appendfsync, id: string, name: string, times: number): Target => {
    const of = disk === 'always' ? always : everysec
    const limit = of === undefined ? undefined : limitText(of)
    return atLeast(`Embedded (${disk}) against ${name}`, ratio(of, resultOf(figures, id)), times, limit)
  }
  return [
    than('everysec', 'python', 'the Python accumulator', 5),
    than('always', 'python', 'the Python accumulator', 4),
    than('always', 'hincrby', 'HINCRBY + SADD a tick', 20),
    than('always', 'bullmq-tick', 'a BullMQ job a tick', 200),
    than('always', 'postgres-tick', 'a PostgreSQL upsert a tick', 1000),
  ]
}

function httpTargets(figures: Figures): Target[] {
  const python = resultOf(figures, 'python')
  const http = (format: string, times: number): Target => {
    const best = bestOf(figures, ({ id }) => id.startsWith(`http-${format}-`))
    const title = `HTTP ${format.toUpperCase()}, at the pods and the request size that win, against the Python accumulator`
    return atLeast(title, ratio(best, python), times, best === undefined ? undefined : limitText(best))
  }
  return [http('csv', 2), http('ndjson', 1)]
}

function redisTargets({ micro }: Figures): Target[] {
  const cpu = { what: "Redis's processor time a row updated, 1,000 rows a call", goal: 'at most 2.5 µs' }
  const memory = { what: 'Memory of a live row in Redis, synced', goal: 'at most 250 bytes' }
  const cost = micro === undefined ? undefined : applyCost(micro.results)
  if (micro === undefined || cost === undefined) {
    return [
      { ...cpu, ...NOT_MEASURED },
      { ...memory, ...NOT_MEASURED },
    ]
  }
  const { cleanBytesEach, dirtyBytesEach } = micro.memory
  const limit = `${rough(cost.systemUsEach)} µs of it are the kernel's, for the socket and the file; a call by itself takes ${rough(cost.usACall)} µs, and each row of a large one ${rough(cost.usARow)} µs`
  return [
    judged(cpu, `${rough(cost.usEach)} µs`, cost.usEach <= 2.5, limit),
    judged(memory, `${whole(cleanBytesEach)} bytes; ${whole(dirtyBytesEach)} while it is dirty`, cleanBytesEach <= 250),
  ]
}

function syncTargets({ machine, drains, probedDrain, syncRates = [], bareUpserts = [] }: Figures): Target[] {
  const largest = drains?.at(-1)
  const rate = { what: 'Rows a second of the sync against the bare upsert of the same rows', goal: 'at least 80 %' }
  const wait = {
    what: `p99 of ingestion while ${whole(probedDrain?.symbols ?? 1_000_000)} dirty rows drain`,
    goal: 'at most 50 ms',
  }
  if (largest === undefined || probedDrain?.ingest === undefined || bareUpserts.length === 0) {
    return [
      { ...rate, ...NOT_MEASURED },
      { ...wait, ...NOT_MEASURED },
    ]
  }
  const [sync, bare] = [median(syncRates), median(bareUpserts)]
  const { before, during } = probedDrain.ingest
  const worker =
    largest.workerCpuUsEach === undefined ? '' : `its process takes ${rough(largest.workerCpuUsEach)} µs a row, `
  return [
    judged(
      rate,
      `${percent(sync / bare)}: ${rough(sync)} of ${rough(bare)}`,
      sync / bare >= 0.8,
      `${worker}Redis's thread ${rough(largest.redisCpuUsEach)} µs, both on the cores that PostgreSQL needs; the bare upsert has them for itself. ${syncLimit(largest, machine.cores)}`,
    ),
    judged(
      wait,
      `${rough(during.p99Ms)} ms; ${rough(before.p99Ms)} ms before it`,
      during.p99Ms <= 50,
      `its median is ${rough(during.p50Ms)} ms: the pod waits for a core, with PostgreSQL and the worker on the same ones`,
    ),
  ]
}

/** What a row costs PostgreSQL with its background processes, whoever sends it: docs/decisions/0013. */
const POSTGRES_US_EACH = 13

function syncLimit({ workerCpuUsEach = 0, redisCpuUsEach }: Drain, cores: number): string {
  const limit = (cores * 1_000_000) / (workerCpuUsEach + redisCpuUsEach + POSTGRES_US_EACH)
  return `With PostgreSQL's ${POSTGRES_US_EACH} µs (decision 13) ${cores} cores do ${rough(limit)} rows/s at most, were none of them ever idle`
}

function latencyTargets({ acknowledge, soak }: Figures): Target[] {
  const wait = { what: ACKNOWLEDGEMENT, goal: ACKNOWLEDGEMENT_GOAL }
  const memory = { what: 'Memory of a pod over the soak, at its peak load', goal: 'flat, below 200 MB' }
  return [
    ...(acknowledge === undefined ? [{ ...wait, ...NOT_MEASURED }] : acknowledge.curves.flatMap(judgeLatency)),
    soak === undefined ? { ...memory, ...NOT_MEASURED } : { ...memory, ...judgeMemory(soak) },
  ]
}

const ACKNOWLEDGEMENT = 'p99 of acknowledgement at half of the peak of one pod'
const ACKNOWLEDGEMENT_GOAL = 'below 10 ms'

function rewritesText(count: number): string {
  if (count === 0) return '; Redis did not rewrite its file meanwhile'
  return `; Redis rewrote its file ${count === 1 ? 'once' : `${count} times`} meanwhile, and whoever writes to that disk waits while the old one of 512 MB is removed`
}

/** A size of request for itself: what is a batch for one source is a minute of another's ticks. */
function judgeLatency({ batchTicks, points }: LatencyCurve): Target[] {
  const atHalf = points.find(({ share }) => share === HALF)
  if (atHalf === undefined) return []
  const { latency, ticksPerSecond, usualP99Ms, busyCores, logRewrites } = atHalf
  const lightest = points[0] ?? atHalf
  return [
    judged(
      {
        what: `${ACKNOWLEDGEMENT}, CSV in requests of ${whole(batchTicks)} ticks`,
        goal: ACKNOWLEDGEMENT_GOAL,
      },
      `${rough(latency.p99Ms)} ms, median ${rough(latency.p50Ms)} ms, at ${rough(ticksPerSecond)} ticks/s`,
      latency.p99Ms < 10,
      `in a usual second it is ${rough(usualP99Ms ?? latency.p99Ms)} ms, with ${rough(busyCores)} of the cores busy; at ${rough(lightest.ticksPerSecond)} ticks/s, where no request waits for another, the median is ${rough(lightest.latency.p50Ms)} ms${rewritesText(logRewrites)}`,
    ),
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

function reductionTargets({ references }: Figures): Target[] {
  const what = 'Ticks a row written, 100,000 ticks/s over 4,000 symbols, synced every 30 s'
  const goal = 'at least 500'
  const load = references?.find(({ intervalSeconds }) => intervalSeconds === 30)
  if (load === undefined) return [{ what, goal, ...NOT_MEASURED }]
  const limit = `in ${load.intervalSeconds} s the market moves ${whole(load.rows)} of its ${whole(load.symbols)} symbols, and each is a row`
  return [judged({ what, goal }, whole(load.ticks / load.rows), load.ticks / load.rows >= 500, limit)]
}

function atLeast(what: string, measured: number | undefined, times: number, limit: string | undefined): Target {
  const goal = `at least ${whole(times)} ×`
  if (measured === undefined) return { what, goal, ...NOT_MEASURED }
  return judged({ what, goal }, `${rough(measured)} ×`, measured >= times, limit)
}

function judged(target: Pick<Target, 'what' | 'goal'>, figure: string, isMet: boolean, limit?: string): Target {
  return { ...target, figure, verdict: verdict(isMet), ...(isMet || limit === undefined ? {} : { limit }) }
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
