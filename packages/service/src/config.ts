/**
 * Reads settings from an environment that is handed in, and reports every fault at once: whoever starts a program with
 * three mistakes should not have to start it four times.
 */
import { readFileSync } from 'node:fs'
import { nearestName } from './nearest-name.ts'
import type { Setting } from './setting.ts'
import { type SettingName, type SettingValues, settings } from './settings.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface ConfigFault {
  readonly name: string
  /** What is wrong, with the value unless it is a secret, and what is allowed. */
  readonly problem: string
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'WEIR_CONFIG_INVALID'
  readonly faults: readonly ConfigFault[]

  constructor(faults: readonly ConfigFault[], cause?: unknown) {
    const told = faults.map((fault) => `  ${fault.name} ${fault.problem}`).join('\n')
    super(`the configuration is not valid:\n${told}`, { cause })
    this.faults = faults
  }
}

type Found =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'fault'; readonly problem: string }

const VALUE_SHOWN_MAX = 80

/**
 * The values of these settings. A variable that is empty counts as not set, as compose files and shells leave them.
 * Throws `ConfigError` with all faults.
 */
export function parseSettings<const Name extends SettingName>(
  names: readonly Name[],
  env: Environment,
  readFile: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): SettingValues<Name> {
  const faults: ConfigFault[] = []
  const values: Record<string, unknown> = {}
  for (const name of names) {
    const setting: Setting = settings[name]
    const found = find(name, env, readFile)
    if (found.kind === 'fault') faults.push({ name, problem: found.problem })
    else if (found.kind === 'missing') {
      if (setting.required === true) faults.push({ name, problem: missingProblem(name, setting, env) })
      values[name] = undefined
    } else {
      const parsed = setting.schema.safeParse(found.text)
      if (parsed.success) values[name] = parsed.data
      else faults.push({ name, problem: wrongProblem(found.text, setting) })
    }
  }
  if (faults.length > 0) throw new ConfigError(faults)
  return values as SettingValues<Name>
}

/** Whether the environment gives this setting, directly or by its file. */
export function isSettingGiven(name: SettingName, env: Environment): boolean {
  const { secret }: Setting = settings[name]
  return given(name, env) !== undefined || (secret === true && given(`${name}_FILE`, env) !== undefined)
}

function find(name: SettingName, env: Environment, readFile: (path: string) => string): Found {
  const setting: Setting = settings[name]
  const direct = given(name, env)
  const path = setting.secret === true ? given(`${name}_FILE`, env) : undefined
  if (direct !== undefined && path !== undefined) {
    return { kind: 'fault', problem: `is given twice, also by ${name}_FILE; keep one of them` }
  }
  if (direct !== undefined) return { kind: 'text', text: direct }
  if (path !== undefined) return read(name, path, readFile)
  // A setting that falls back on another has no meaning without it; the other one reports what is wrong with it.
  if (setting.sameAs !== undefined) return find(setting.sameAs as SettingName, env, readFile)
  return setting.default === undefined ? { kind: 'missing' } : { kind: 'text', text: setting.default }
}

function read(name: string, path: string, readFile: (path: string) => string): Found {
  try {
    const text = readFile(path).trim()
    return text === ''
      ? { kind: 'fault', problem: `is empty in ${path}, which ${name}_FILE names` }
      : { kind: 'text', text }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    return { kind: 'fault', problem: `cannot be read from ${path}, which ${name}_FILE names (${code})` }
  }
}

function given(name: string, env: Environment): string | undefined {
  const value = env[name]?.trim()
  return value === '' ? undefined : value
}

function missingProblem(name: string, setting: Setting, env: Environment): string {
  const near = nearestName(name, Object.keys(env))
  const hint = near === undefined ? '' : ` (${near} is; is it meant?)`
  return `is not set${hint}; it must be ${setting.allowed}`
}

function wrongProblem(text: string, setting: Setting): string {
  const value = text.length > VALUE_SHOWN_MAX ? `${text.slice(0, VALUE_SHOWN_MAX)}…` : text
  const what = setting.secret === true ? 'is wrong (its value is not shown)' : `is ${JSON.stringify(value)}`
  return `${what}; it must be ${setting.allowed}`
}
