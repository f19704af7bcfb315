/** One run, from its servers to its figures. */
import type { Options } from './options.ts'
import { FULL, QUICK, ZIPF_SYMBOLS } from './plan.ts'
import type { Progress } from './progress.ts'
import type { Part, Publication } from './publication.ts'
import type { Variant } from './run/variant.ts'
import { measureSoak } from './scenarios/soak.ts'
import { startBenchServers } from './servers/bench-servers.ts'
import { readMachineFacts } from './servers/machine-facts.ts'
import { stepNames } from './step-names.ts'
import { steps } from './steps.ts'

export async function runBenchmarks({ only, quick }: Options, progress: Progress): Promise<Publication> {
  const scale = quick ? QUICK : FULL
  const wanted = new Set(only)
  const isWanted = ({ id, contender }: Variant) =>
    wanted.size === 0 || wanted.has('contenders') || wanted.has(id) || wanted.has(contender)
  const isStep = (name: string) => (stepNames as readonly string[]).includes(name)
  const hasContenders = wanted.size === 0 || [...wanted].some((name) => name === 'contenders' || !isStep(name))
  await using servers = await startBenchServers(progress)
  const machine = await readMachineFacts(servers)
  const failures: { step: string; message: string }[] = []
  let parts: Part = {}
  for (const name of stepNames) {
    if (name === 'contenders' ? !hasContenders : wanted.size > 0 && !wanted.has(name)) continue
    try {
      parts = { ...parts, ...(await steps[name]({ servers, scale, isWanted, progress })) }
    } catch (error) {
      const { message } = error as Error
      failures.push({ step: name, message })
      progress(`the step ${name} failed: ${message}`)
    }
  }
  return { machine, rounds: scale.rounds, contenders: [], ...parts, ...(failures.length === 0 ? {} : { failures }) }
}

export async function runSoak(seconds: number, progress: Progress): Promise<NonNullable<Publication['soak']>> {
  await using servers = await startBenchServers(progress)
  const machine = await readMachineFacts(servers)
  const market = { market: 'zipf', symbols: ZIPF_SYMBOLS, ticks: FULL.ticks } as const
  return { machine, figures: await measureSoak(servers, market, seconds, progress) }
}
