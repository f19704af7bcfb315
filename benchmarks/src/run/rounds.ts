/** Runs all variants in turn, round after round, so that whatever disturbs the machine disturbs all of them alike. */
import type { ContenderDeps } from '../contenders/contender.ts'
import type { BenchServers } from '../servers/bench-servers.ts'
import { ContenderChild, processOf } from './contender-child.ts'
import type { Variant } from './variant.ts'

export interface VariantResult {
  readonly variant: Variant
  /** Those of the first round, which warms up, are left out. */
  readonly runs: readonly Run[]
  /** Why it was not run to its end. */
  readonly failure?: string
}

export interface Run {
  readonly acknowledged: number
  readonly seconds: number
  readonly perSecond: number
  /** Of the process that has Weir in it; for other contenders, of theirs. */
  readonly cpuUsEach: number | undefined
  readonly redisCpuUsEach: number
  /** What the run has added to Redis's memory. */
  readonly redisBytes: number
  /** That the run has made, where the contender tells; each of them is one row for the sync. */
  readonly rows: number | undefined
  /** Acknowledged and not in the store; below 0: in the store and not acknowledged. */
  readonly missing: number
  readonly isVolumeRight: boolean
}

export interface RoundsOptions {
  /** After the one that warms up. */
  readonly rounds: number
  readonly secondsMax: number
  readonly progress: (line: string) => void
}

const US = 1_000_000
const WARM_UP_SECONDS = 0.7

export async function runRounds(
  servers: BenchServers,
  variants: readonly Variant[],
  options: RoundsOptions,
): Promise<VariantResult[]> {
  const children = new Map<string, ContenderChild>()
  const results = new Map<string, Run[]>(variants.map(({ id }) => [id, []]))
  const failures = new Map<string, string>()
  try {
    for (let round = 0; round <= options.rounds; round++) {
      // Back and forth: nobody always has the same neighbour before it.
      for (const variant of round % 2 === 0 ? variants : variants.toReversed()) {
        if (failures.has(variant.id)) continue
        try {
          const child = await childOf(children, servers, variant)
          const isWarmUp = round === 0
          const secondsMax = isWarmUp ? Math.min(options.secondsMax, WARM_UP_SECONDS) : options.secondsMax
          const run = await runOnce(servers, child, variant, secondsMax)
          if (!isWarmUp) results.get(variant.id)?.push(run)
          const label = isWarmUp ? 'warm-up' : `round ${round}/${options.rounds}`
          options.progress(`${label}  ${variant.id}: ${Math.round(run.perSecond)} ${variant.unit}/s`)
        } catch (error) {
          const { message } = error as Error
          failures.set(variant.id, message.split('\n')[0] ?? '')
          options.progress(`${variant.id} failed: ${message}`)
        }
      }
    }
  } finally {
    for (const child of children.values()) await child.close()
  }
  return variants.map((variant) => {
    const failure = failures.get(variant.id)
    return { variant, runs: results.get(variant.id) ?? [], ...(failure === undefined ? {} : { failure }) }
  })
}

async function childOf(
  children: Map<string, ContenderChild>,
  servers: BenchServers,
  variant: Variant,
): Promise<ContenderChild> {
  const name = processOf(variant)
  const child = children.get(name) ?? new ContenderChild()
  children.set(name, child)
  await child.prepare(variant, contenderDeps(servers))
  return child
}

export function contenderDeps(servers: BenchServers): Omit<ContenderDeps, 'settings'> {
  const { redisUrl, databaseUrl, workDir, redisBenchmark } = servers
  return { redisUrl, databaseUrl, workDir, redisBenchmark }
}

async function runOnce(
  { redis }: BenchServers,
  child: ContenderChild,
  variant: Variant,
  secondsMax: number,
): Promise<Run> {
  await redis.empty(variant.appendfsync)
  const emptyBytes = await redis.memoryBytes()
  await child.reset(variant)
  const redisBefore = await redis.cpuSeconds()
  const { acknowledged, seconds, cpuSeconds } = await child.run(variant, secondsMax)
  const redisSeconds = (await redis.cpuSeconds()) - redisBefore
  const redisBytes = (await redis.memoryBytes()) - emptyBytes
  const { counted, expectedVolume } = await child.counted(variant, acknowledged)
  return {
    acknowledged,
    seconds,
    perSecond: acknowledged / seconds,
    cpuUsEach: cpuSeconds === undefined ? undefined : (cpuSeconds * US) / acknowledged,
    redisCpuUsEach: (redisSeconds * US) / acknowledged,
    redisBytes,
    rows: counted.rows,
    missing: acknowledged - counted.ticks,
    isVolumeRight: counted.volume === undefined || counted.volume === expectedVolume,
  }
}
