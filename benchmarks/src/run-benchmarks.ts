/** One run, from its servers to its figures, step by step. */

import type { Options } from './options.ts'
import { estimateSeconds, isVariantWanted, plannedSteps } from './planned-steps.ts'
import type { Progress } from './progress.ts'
import type { Publication, StepFigures, StepRecord } from './publication.ts'
import { minutes } from './report/format.ts'
import { FULL, QUICK, type Scale } from './scale.ts'
import { type BenchServers, startBenchServers } from './servers/bench-servers.ts'
import { BUSY_CORES_MAX, measureBusyCores } from './servers/busy-cores.ts'
import { type MachineFacts, readCommit, readMachineFacts } from './servers/machine-facts.ts'
import { type StepName, stepNames } from './step-names.ts'
import { steps } from './steps.ts'

/** `keep` is given all there is after each step, so that an interrupted run has lost no more than the step it was in. */
export async function runBenchmarks(
  options: Options,
  earlier: Publication | undefined,
  keep: (publication: Publication) => Promise<void>,
  progress: Progress,
): Promise<Publication | undefined> {
  const scale = scaleOf(options)
  const names = plannedSteps(options, earlier, readCommit())
  const secondsOf = (of: readonly StepName[]) =>
    of.reduce((sum, name) => sum + estimateSeconds(name, scale, options.only), 0)
  for (const name of names) progress(`planned: ${name}, about ${minutes(secondsOf([name]))}`)
  progress(`all together about ${minutes(secondsOf(names))}`)
  if (names.length === 0) return earlier
  await using servers = await startBenchServers(progress)
  const machine = await readMachineFacts(servers)
  let publication: Publication = { machine, steps: stepsOfMachine(earlier, machine) }
  for (const [index, name] of names.entries()) {
    const rest = minutes(secondsOf(names.slice(index)))
    progress(`step ${index + 1} of ${names.length}, ${name}; about ${rest} to the end`)
    const record = await runStep(name, servers, options, machine.commit, progress)
    publication = { machine, steps: inOrder({ ...publication.steps, [name]: record }) }
    await keep(publication)
  }
  return publication
}

function scaleOf({ quick, soakSeconds }: Options): Scale {
  const scale = quick ? QUICK : FULL
  return soakSeconds === undefined ? scale : { ...scale, soakSeconds }
}

async function runStep(
  name: StepName,
  servers: BenchServers,
  options: Options,
  commit: string,
  progress: Progress,
): Promise<StepRecord> {
  await servers.redis.empty('always')
  const busyCoresBefore = Math.round((await measureBusyCores()) * 100) / 100
  if (busyCoresBefore > BUSY_CORES_MAX) progress(`others keep ${busyCoresBefore} cores busy: the figures will suffer`)
  const isWanted = (variant: Parameters<typeof isVariantWanted>[1]) => isVariantWanted(options.only, variant)
  const startedAt = new Date().toISOString()
  const startedMs = performance.now()
  let figures: StepFigures = {}
  let failure: string | undefined
  try {
    figures = await steps[name]({ servers, scale: scaleOf(options), isWanted, progress })
  } catch (error) {
    failure = (error as Error).message
    progress(`the step ${name} failed: ${failure}`)
  }
  const seconds = Math.round((performance.now() - startedMs) / 1000)
  const isPartial = options.quick || options.only.length > 0
  const record = { commit, startedAt, seconds, busyCoresBefore, isPartial, figures }
  return failure === undefined ? record : { ...record, failure }
}

/** Figures of another machine are no neighbours for new ones. */
function stepsOfMachine(earlier: Publication | undefined, machine: MachineFacts): Publication['steps'] {
  const isSame = (['processor', 'cores', 'memoryGb'] as const).every((fact) => earlier?.machine[fact] === machine[fact])
  return isSame ? (earlier?.steps ?? {}) : {}
}

function inOrder(records: Publication['steps']): Publication['steps'] {
  return Object.fromEntries(stepNames.flatMap((name) => (records[name] === undefined ? [] : [[name, records[name]]])))
}
