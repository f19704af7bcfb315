/** Each step of a run: what it measures, at which scale. */
import { accumulatorSets } from './bench-layout.ts'
import { growthVariants } from './growth-plan.ts'
import type { MicroReport, MicroRequest } from './micro/micro-process.ts'
import { plannedVariants, ZIPF_SYMBOLS } from './plan.ts'
import type { Progress } from './progress.ts'
import type { StepFigures } from './publication.ts'
import { askProcess } from './run/ask-process.ts'
import { runRounds, type VariantResult } from './run/rounds.ts'
import type { Variant } from './run/variant.ts'
import type { Scale } from './scale.ts'
import { measureAcknowledgeLatency } from './scenarios/acknowledge-latency.ts'
import { countReduction } from './scenarios/distinct-symbols.ts'
import { measureDrains } from './scenarios/drains.ts'
import { type Profile, profileSync, profileVariant } from './scenarios/profiles.ts'
import { measureReferenceLoad, type ReferenceLoad } from './scenarios/reference-load.ts'
import { measureSoak } from './scenarios/soak.ts'
import type { BenchServers } from './servers/bench-servers.ts'
import type { StepName } from './step-names.ts'
import { TICKS_PER_SECOND } from './ticks/bench-ticks.ts'

export interface StepDeps {
  readonly servers: BenchServers
  readonly scale: Scale
  /** Which contenders are run, by their names. */
  readonly isWanted: (variant: Variant) => boolean
  readonly progress: Progress
}

export const steps: Readonly<Record<StepName, (deps: StepDeps) => Promise<StepFigures>>> = {
  contenders: runContenders,
  growth: runGrowth,
  micro: runMicro,
  drain: runDrains,
  latency: runLatency,
  reference: runReferences,
  profile: runProfiles,
  soak: runSoak,
}

const MICRO_PROGRAM = new URL('micro/micro-process.ts', import.meta.url)
const PROFILED = ['embedded-sessions-100000-everysec', 'http-csv-1', 'http-ndjson-1']
const PROFILED_DRAIN_SYMBOLS = 100_000

async function runContenders({ servers, scale, isWanted, progress }: StepDeps): Promise<StepFigures> {
  const { rounds, secondsMax } = scale
  const variants = plannedVariants(scale).filter(isWanted)
  return { rounds, contenders: await runMarkets(servers, variants, { rounds, secondsMax, progress }) }
}

async function runGrowth({ servers, scale, progress }: StepDeps): Promise<StepFigures> {
  const { growthRounds: rounds, secondsMax } = scale
  return { growth: await runMarkets(servers, growthVariants(scale), { rounds, secondsMax, progress }) }
}

/** One market after the other: their processes need much memory, and no figure of one is held against the other's. */
async function runMarkets(
  servers: BenchServers,
  variants: readonly Variant[],
  options: Parameters<typeof runRounds>[2],
): Promise<VariantResult[]> {
  const results: VariantResult[] = []
  for (const ofMarket of Map.groupBy(variants, ({ market }) => `${market.market} ${market.symbols}`).values()) {
    results.push(...(await runRounds(servers, ofMarket, options)))
  }
  return results
}

async function runMicro({ servers, scale }: StepDeps): Promise<StepFigures> {
  const { redisUrl } = servers
  const databaseUrl = await servers.createDatabase('micro')
  const request: MicroRequest = { redisUrl, databaseUrl, accumulatorSets, ...scale.micro }
  return { micro: await askProcess<MicroReport>(MICRO_PROGRAM, request) }
}

function runDrains({ servers, scale, progress }: StepDeps): Promise<StepFigures> {
  return measureDrains(servers, scale, progress)
}

async function runLatency({ servers, scale, progress }: StepDeps): Promise<StepFigures> {
  return { acknowledge: await measureAcknowledgeLatency(servers, zipf(scale), scale.latency, progress) }
}

async function runReferences({ servers, scale, progress }: StepDeps): Promise<StepFigures> {
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

async function runProfiles({ servers, scale, progress }: StepDeps): Promise<StepFigures> {
  const profiles: Profile[] = []
  for (const variant of plannedVariants(scale).filter(({ id }) => PROFILED.includes(id))) {
    progress(`profile of ${variant.id}`)
    profiles.push(await profileVariant(servers, variant, scale.profileSeconds))
  }
  progress('profile of the sync worker')
  profiles.push(await profileSync(servers, Math.min(PROFILED_DRAIN_SYMBOLS, Math.max(...scale.drainSymbols))))
  return { profiles }
}

async function runSoak({ servers, scale, progress }: StepDeps): Promise<StepFigures> {
  return { soak: await measureSoak(servers, zipf(scale), scale.soakSeconds, progress) }
}

function zipf({ ticks }: Scale) {
  return { market: 'zipf', symbols: ZIPF_SYMBOLS, ticks } as const
}
