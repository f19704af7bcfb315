/** What a command gets from the process around it; tests and other callers pass their own. */
import type { Clock, Environment, Random } from '@weir/service'
import { createOutput, type Output, type OutputStream } from './output.ts'

export interface CliContext {
  readonly env: Environment
  /** Relative paths start here. */
  readonly cwd: string
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly clock: Clock
  readonly random: Random
  /** Aborts on Ctrl-C or SIGTERM. From the first call on, signals no longer end the process by themselves. */
  readonly untilSignal: () => AbortSignal
}

export function outputOf({ stdout, stderr, clock }: CliContext, options: { readonly json?: boolean }): Output {
  return createOutput({ stdout, stderr, clock, json: options.json === true })
}
