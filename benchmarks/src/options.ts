/** The command line of `npm run bench`. */
import { parseArgs } from 'node:util'
import { contenderNames } from './contenders/all-contenders.ts'
import { plannedVariants } from './plan.ts'
import { FULL } from './scale.ts'
import { isStepName, type StepName, stepNames } from './step-names.ts'

export interface Options {
  readonly kind: 'run' | 'render'
  readonly steps: readonly StepName[]
  /** Names of contenders and variants; empty: all. */
  readonly only: readonly string[]
  readonly quick: boolean
  /** Leaves out steps whose figures are there already, of this commit. */
  readonly resume: boolean
  /** Undefined: as long as the scale says. */
  readonly soakSeconds: number | undefined
  /** Where pages and figures go; undefined: into docs, where what is run is for publication, nowhere else. */
  readonly into: string | undefined
}

export const USAGE = `npm run bench -- [options]

  (none)              all of it, about half an hour; says at its start how long. Writes docs/benchmarks.md, docs/sizing.md and
                      docs/benchmarks/ after each step; what other steps have there stays, and tells its commit
  --steps NAMES       some of its steps, commas between: ${stepNames.join(', ')}
  --resume            leaves out the steps that are there already, whole and of this commit
  --soak-seconds N    how long the soak takes (${FULL.soakSeconds})
  --only NAMES        some contenders, or single lines of the tables by their names in results.json; writes nothing unless
                      --into says where: ${contenderNames.join(', ')}
  --quick             a smoke test of about three minutes; figures mean nothing; writes nothing unless --into says where
  --render            makes the pages anew from the figures that are there
  --into DIR          pages and figures go there instead of docs
`

const SOAK_SECONDS_MAX = 86_400

/** Throws with a line for the user. */
export function parseOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      steps: { type: 'string', default: '' },
      only: { type: 'string', default: '' },
      quick: { type: 'boolean', default: false },
      resume: { type: 'boolean', default: false },
      'soak-seconds': { type: 'string' },
      render: { type: 'boolean', default: false },
      into: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const only = parseOnly(values.only)
  return {
    kind: values.render ? 'render' : 'run',
    steps: parseSteps(values.steps, only),
    only,
    quick: values.quick,
    resume: values.resume,
    soakSeconds: parseSoakSeconds(values['soak-seconds']),
    into: values.into,
  }
}

function parseSteps(text: string, only: readonly string[]): readonly StepName[] {
  const names = namesIn(text)
  const unknown = names.find((name) => !isStepName(name))
  if (unknown !== undefined) throw new Error(`${unknown} is no step; they are ${stepNames.join(', ')}`)
  if (only.length > 0 && names.length > 0) throw new Error('--only is of the step contenders; leave --steps out')
  if (only.length > 0) return ['contenders']
  return names.length === 0 ? stepNames : stepNames.filter((name) => names.includes(name))
}

function parseOnly(text: string): string[] {
  const names = namesIn(text)
  const known = new Set<string>([...contenderNames, ...plannedVariants(FULL).map(({ id }) => id)])
  const unknown = names.find((name) => !known.has(name))
  if (unknown !== undefined) throw new Error(`${unknown} is neither a contender nor a line of a table`)
  return names
}

function parseSoakSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = Number(text)
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > SOAK_SECONDS_MAX) {
    throw new Error(`--soak-seconds is ${text}; it is a whole number from 1 to ${SOAK_SECONDS_MAX}`)
  }
  return seconds
}

function namesIn(text: string): string[] {
  return text.split(',').filter((name) => name !== '')
}
