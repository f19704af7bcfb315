/** A run that failed, for people: its schedule, shortened to what still breaks the same, with what each step did. */
import { assert } from '@weir/accumulator'
import { faultClasses } from './fault-classes.ts'
import { shorten } from './schedule/shorten.ts'
import { formatStep } from './schedule/step.ts'
import { simulate } from './simulate.ts'

const CLIENTS = ['alpha', 'gamma', 'keyed', 'plain']

export async function explain(className: string, seed: number): Promise<string> {
  const faultClass = faultClasses.find(({ name }) => name === className)
  assert(faultClass !== undefined, `there is a class ${className}`)
  const options = { seed, faultClass }
  const found = await simulate(options)
  if (found.violation === undefined) return `${className} seed ${seed} breaks nothing\n`
  const { clients, steps, result } = await shorten(options, found, CLIENTS)
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
}
