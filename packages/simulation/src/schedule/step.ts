/** A schedule is a list of steps, each written as one line, which can be run again, also with some of them left out. */

export interface Step {
  /** How much time passes before it. */
  readonly afterUs: number
  readonly action: string
  readonly target: string
}

export function formatStep({ afterUs, action, target }: Step): string {
  return `+${afterUs} ${action} ${target}`
}
