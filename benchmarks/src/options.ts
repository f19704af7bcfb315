/** The command line of `npm run bench`. */
import { parseArgs } from 'node:util'
import { contenderNames } from './contenders/all-contenders.ts'
import { FULL, plannedVariants } from './plan.ts'
import { stepNames } from './step-names.ts'

export interface Options {
  readonly kind: 'run' | 'soak' | 'render'
  /** Names of contenders, variants and steps; empty: all. */
  readonly only: readonly string[]
  readonly quick: boolean
  readonly soakSeconds: number
  /** Where pages and figures go; undefined: into docs for a full run, nowhere else. */
  readonly into: string | undefined
}

export const USAGE = `npm run bench -- [options]

  (none)              all of it, about a quarter of an hour; writes docs/benchmarks.md, docs/sizing.md and docs/benchmarks/
  --only NAMES        some of it, commas between; writes nothing unless --into says where
                      contenders, or single lines of the tables by their names in results.json: ${contenderNames.join(', ')}
                      other steps: ${stepNames.filter((name) => name !== 'contenders').join(', ')}
  --quick             a smoke test of about a minute; figures mean nothing; writes nothing unless --into says where
  --soak              a pod at its peak for ten minutes, nothing else; its figures are added to those in docs
  --soak-seconds N    how long that is (600)
  --render            makes the pages anew from the figures that are there
  --into DIR          pages and figures go there instead of docs
`

const SOAK_SECONDS_MAX = 86_400

/** Throws with a line for the user. */
export function parseOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: '' },
      quick: { type: 'boolean', default: false },
      soak: { type: 'boolean', default: false },
      'soak-seconds': { type: 'string', default: '600' },
      render: { type: 'boolean', default: false },
      into: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const soakSeconds = Number(values['soak-seconds'])
  if (!Number.isInteger(soakSeconds) || soakSeconds < 1 || soakSeconds > SOAK_SECONDS_MAX) {
    throw new Error(`--soak-seconds is ${values['soak-seconds']}; it is a whole number from 1 to ${SOAK_SECONDS_MAX}`)
  }
  const only = values.only.split(',').filter((name) => name !== '')
  const known = new Set<string>([...stepNames, ...contenderNames, ...plannedVariants(FULL).map(({ id }) => id)])
  const unknown = only.find((name) => !known.has(name))
  if (unknown !== undefined) throw new Error(`${unknown} is neither a contender nor a step`)
  return {
    kind: values.soak ? 'soak' : values.render ? 'render' : 'run',
    only,
    quick: values.quick,
    soakSeconds,
    into: values.into,
  }
}
