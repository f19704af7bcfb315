/**
 * The settings that commands read: of the environment, and where it is silent, of a `weir up` that runs on the data directory,
 * so that a second terminal needs no settings at all.
 */
import { resolve } from 'node:path'
import type { Layout } from '@weir/accumulator'
import { loadLayout } from '@weir/definitions'
import { type Environment, isSettingGiven, LAYOUT_SETTINGS, parseSettings, type SettingName } from '@weir/service'
import { CliError } from './cli-error.ts'
import { readRunFile } from './run-file.ts'

/** What every process on the same stores must share; `weir up` leaves those that it was given for other commands. */
const SHARED_SETTINGS = [...LAYOUT_SETTINGS, 'REDIS_KEY_PREFIX', 'QUEUE_REDIS_URL'] as const

export type StoreUrl = 'REDIS_URL' | 'DATABASE_URL'

/** The environment with what a running `weir up` adds. Throws CliError where a needed URL is in neither. */
export async function storeEnvironment(
  env: Environment,
  dataDir: string,
  needed: readonly StoreUrl[],
): Promise<Environment> {
  const runFile = await readRunFile(dataDir)
  const added: Record<string, string> =
    runFile === undefined ? {} : { ...runFile.settings, REDIS_URL: runFile.redis, DATABASE_URL: runFile.postgres }
  const missing = needed.filter((name) => !isSettingGiven(name, env) && runFile === undefined)
  if (missing.length > 0) {
    const unset = missing.join(' and ')
    throw new CliError(
      'WEIR_CLI_UNREACHABLE',
      `no \`weir up\` runs on ${dataDir}, and ${unset} ${missing.length === 1 ? 'is' : 'are'} not set. Start one, name its --data-dir, or set ${unset}.`,
    )
  }
  const silent = Object.entries(added).filter(([name]) => !isSettingGiven(name as SettingName, env))
  return { ...env, ...Object.fromEntries(silent) }
}

/** The shared settings that this environment gives, as text, for a run file. */
export function sharedSettings(env: Environment): Record<string, string> {
  const names = SHARED_SETTINGS.flatMap((name) => [name, `${name}_FILE`])
  const given = Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
  const { WEIR_ACCUMULATORS: file } = given
  // Other commands may run elsewhere.
  return file === undefined || file === '' ? given : { ...given, WEIR_ACCUMULATORS: resolve(file) }
}

/** Throws ConfigError. */
export function readLayout(env: Environment): Promise<Layout> {
  return loadLayout(parseSettings(LAYOUT_SETTINGS, env))
}

/** A usage error that names those there are. */
export function requireAccumulator({ accumulators }: Layout, name: string | undefined): void {
  const names = accumulators.map((accumulator) => accumulator.name)
  if (name === undefined || names.includes(name)) return
  throw new CliError('WEIR_CLI_USAGE', `there is no accumulator ${JSON.stringify(name)}; there is ${names.join(', ')}.`)
}
