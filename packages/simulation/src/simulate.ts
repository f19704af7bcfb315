/**
 * One run: steps that the seed chooses, or a given schedule; then all faults end, everything that is begun is finished, all
 * is synced, and the promises of the class are held against what PostgreSQL shows.
 */
import type { Action } from './action.ts'
import { everyday } from './faults/everyday.ts'
import { finish } from './finish.ts'
import { Scheduler } from './schedule/scheduler.ts'
import type { Step } from './schedule/step.ts'
import { MemoryServers } from './servers/memory-servers.ts'
import type { Servers } from './servers/servers.ts'
import type { WorldOptions } from './world/run-plan.ts'
import { type Violation, World } from './world/world.ts'

export interface RunOptions extends WorldOptions {
  /** In memory, where none are given. */
  readonly servers?: Servers | undefined
  /** Run instead of what the seed would choose. A step that cannot happen is left out. */
  readonly steps?: readonly Step[]
  /** Told what happened at each step, for people. */
  readonly onStep?: (step: Step, detail: string) => void
  readonly onFinish?: (line: string) => void
}

export interface RunResult {
  readonly violation: Violation | undefined
  /** What happened, to be run again. */
  readonly steps: readonly Step[]
}

export async function simulate(options: RunOptions): Promise<RunResult> {
  const { servers = new MemoryServers() } = options
  try {
    return await run(await World.open(options, servers), options)
  } finally {
    await servers.endRun()
  }
}

async function run(world: World, options: RunOptions): Promise<RunResult> {
  await begin(world)
  const steps: Step[] = []
  for (const step of options.steps ?? chosenSteps(world)) {
    const action = actionOf(world, step.action)
    if (action === undefined || !action.targets(world).includes(step.target)) continue
    steps.push(step)
    world.time.pass(step.afterUs)
    const detail = await action.perform(world, step.target)
    await world.settle()
    options.onStep?.(step, typeof detail === 'string' ? detail : detail())
    if (world.violation !== undefined) return { violation: world.violation, steps }
  }
  await finish(world, (line) => options.onFinish?.(line()))
  return { violation: world.violation, steps }
}

/** The pods have asked Redis once, and are ready. */
async function begin(world: World): Promise<void> {
  await world.settle()
  for (const call of world.pods.flatMap(({ process }) => [...process.calls])) await world.network.answer(call)
  await world.settle()
}

function* chosenSteps(world: World): Generator<Step> {
  const { seed, faultClass } = world.options
  const scheduler = new Scheduler(seed, faultClass)
  for (let count = 0; count < scheduler.stepsMax; count++) {
    const step = scheduler.next(world)
    if (step !== undefined) yield step
  }
}

function actionOf(world: World, name: string): Action | undefined {
  const { faults, alongside } = world.options.faultClass
  return [...everyday, ...faults, ...alongside].find((action) => action.name === name)
}
