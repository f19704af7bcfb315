/** A run that failed, for people: its schedule, shortened to what still breaks the same, with what each step did. */
import { faultClassNamed } from './fault-classes.ts'
import type { Run } from './run-threads.ts'
import { shorten } from './schedule/shorten.ts'
import { formatStep } from './schedule/step.ts'
import { type Stores, withServers } from './servers/with-servers.ts'
import { simulate } from './simulate.ts'

const CLIENTS = ['alpha', 'gamma', 'keyed', 'plain']
/** Shortening a schedule takes many runs: half a minute in memory, a few minutes on real servers. */
const RUNS_MAX = { memory: 3000, real: 300 }

export function explain({ className, seed }: Run, stores: Stores): Promise<string> {
  return withServers(stores, async (servers) => {
    const options = { seed, faultClass: faultClassNamed(className), servers }
    const found = await simulate(options)
    if (found.violation === undefined) return `${className} seed ${seed} breaks nothing when it is run again\n`
    const { clients, steps, result } = await shorten(options, found, CLIENTS, RUNS_MAX[stores.kind])
    const lines = [`${className} seed ${seed}, shortened to ${steps.length} steps of ${clients.join(', ')}:`]
    await simulate({
      ...options,
      clients,
      steps,
      onStep: (step, detail) => lines.push(`  ${formatStep(step)} | ${detail}`),
      onFinish: (line) => lines.push(`  end | ${line}`),
    })
    lines.push(`${result.violation?.name}: ${result.violation?.finding}`)
    return `${lines.join('\n')}\n`
  })
}
