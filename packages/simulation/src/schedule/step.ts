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

export function parseStep(line: string): Step {
  const match = /^\+(\d+) (\S+) (.*)$/.exec(line.trim())
  if (match === null) throw new Error(`no step of a schedule: ${line}`)
  const [, afterUs, action = '', target = ''] = match
  return { afterUs: Number(afterUs), action, target }
}
