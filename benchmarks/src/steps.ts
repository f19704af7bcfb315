/** Each step of a run: what it measures, at which scale. */
import { accumulatorSets } from './bench-layout.ts'
import type { MicroReport, MicroRequest } from './micro/micro-process.ts'
import { bareUpsertVariant, plannedVariants, type Scale, ZIPF_SYMBOLS } from './plan.ts'
import type { Progress } from './progress.ts'
import type { Part } from './publication.ts'
import { askProcess } from './run/ask-process.ts'
import { runRounds, type VariantResult } from './run/rounds.ts'
import type { Variant } from './run/variant.ts'
import { measureAcknowledgeLatency } from './scenarios/acknowledge-latency.ts'
import { countReduction } from './scenarios/distinct-symbols.ts'
import { type Drain, measureDrain } from './scenarios/drain.ts'
import { type Profile, profileVariant } from './scenarios/profiles.ts'
import { measureReferenceLoad, type ReferenceLoad } from './scenarios/reference-load.ts'
import type { BenchServers } from './servers/bench-servers.ts'
import type { StepName } from './step-names.ts'
import { TICKS_PER_SECOND } from './ticks/bench-ticks.ts'

export interface StepDeps {
  readonly servers: BenchServers
  readonly scale: Scale
  /** Which variants are run, by their names. */
  readonly isWanted: (variant: Variant) => boolean
  readonly progress: Progress
}

export const steps: Readonly<Record<StepName, (deps: StepDeps) => Promise<Part>>> = {
  contenders: runContenders,
  micro: runMicro,
  drain: runDrains,
  latency: runLatency,
  reference: runReferences,
  profile: runProfiles,
}

const MICRO_PROGRAM = new URL('micro/micro-process.ts', import.meta.url)
const PROFILED = ['embedded-sessions-100000-everysec', 'http-csv-1', 'http-ndjson-1']

async function runContenders({ servers, scale, isWanted, progress }: StepDeps): Promise<Part> {
  const variants = plannedVariants(scale).filter(isWanted)
  const results: VariantResult[] = []
  // One market after the other: their processes need much memory, and no figure of one is held against the other's.
  for (const ofMarket of Map.groupBy(variants, ({ market }) => market.market).values()) {
    results.push(...(await runRounds(servers, ofMarket, { ...scale, progress })))
  }
  return { contenders: results }
}

async function runMicro({ servers, scale, progress }: StepDeps): Promise<Part> {
  progress('micro-benchmarks')
  await servers.redis.empty('always')
  const { redisUrl } = servers
  const databaseUrl = await servers.createDatabase('micro')
  const request: MicroRequest = { redisUrl, databaseUrl, accumulatorSets, ...scale.micro }
  return { micro: await askProcess<MicroReport>(MICRO_PROGRAM, request) }
}

async function runDrains({ servers, scale, progress }: StepDeps): Promise<Part> {
  const drains: Drain[] = []
  const largest = Math.max(...scale.drainSymbols)
  for (const symbols of scale.drainSymbols) {
    const drain = await measureDrain(servers, symbols, { isProbed: symbols === largest })
    progress(`${symbols} symbols into Redis, then into PostgreSQL: ${Math.round(drain.rowsPerSecond)} rows/s`)
    drains.push(drain)
  }
  const [bare] = await runRounds(servers, [bareUpsertVariant(largest)], { rounds: 2, secondsMax: 600, progress })
  return { drains, bareUpserts: bare?.runs.map(({ perSecond }) => perSecond) ?? [] }
}

async function runLatency({ servers, scale, progress }: StepDeps): Promise<Part> {
  progress('acknowledgement at half of the peak')
  const market = { market: 'zipf', symbols: ZIPF_SYMBOLS, ticks: scale.ticks } as const
  return { acknowledge: await measureAcknowledgeLatency(servers, market, scale.latencySeconds) }
}

async function runReferences({ servers, scale, progress }: StepDeps): Promise<Part> {
  const references: ReferenceLoad[] = []
  for (const load of scale.references) {
    progress(`100,000 ticks/s over 4,000 symbols, synced every ${load.intervalSeconds} s`)
    references.push(await measureReferenceLoad(servers, load))
  }
  const intervals = scale.reductionIntervalsSeconds
  const ticks = Math.max(...intervals) * TICKS_PER_SECOND
  const reductions = [1000, ZIPF_SYMBOLS, 10_000, 100_000].flatMap((symbols) =>
    countReduction({ market: 'zipf', symbols, ticks }, intervals),
  )
  return { references, reductions }
}

async function runProfiles({ servers, scale, progress }: StepDeps): Promise<Part> {
  const profiles: Profile[] = []
  for (const variant of plannedVariants(scale).filter(({ id }) => PROFILED.includes(id))) {
    progress(`profile of ${variant.id}`)
    profiles.push(await profileVariant(servers, variant, scale.profileSeconds))
  }
  return { profiles }
}
