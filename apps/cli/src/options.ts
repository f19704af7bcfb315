/** Options that several commands have, and how their texts are read. A wrong value is a usage error that says what is right. */
import { resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'

export interface JsonOption {
  readonly json?: boolean
}

export interface DataDirOption {
  readonly dataDir: string
}

export const DATA_DIR_DEFAULT = '.weir'

export function withJson(command: Command): Command {
  return command.option('--json', 'print the result as JSON on stdout; messages stay on stderr')
}

/** Resolved against the directory of the user. */
export function withDataDir(command: Command, cwd: string, description: string): Command {
  const option = new Option('--data-dir <dir>', description)
    .argParser((dir) => resolve(cwd, dir))
    .default(resolve(cwd, DATA_DIR_DEFAULT), DATA_DIR_DEFAULT)
  return command.addOption(option)
}

export const SERVERS_OF = 'whose running `weir up` to use where REDIS_URL or DATABASE_URL is not set'

/** A whole number within bounds. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
  }
}

/** `max`, which becomes undefined, or a multiple of the recorded time. */
export function speed(text: string): number | undefined {
  if (text === 'max') return undefined
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value
  throw new InvalidArgumentError('It must be max, or a number above 0: 1 is the recorded speed, 10 is ten times that.')
}

export function httpUrl(text: string): string {
  const protocols = ['http:', 'https:']
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text
  throw new InvalidArgumentError('It must be a URL like http://127.0.0.1:8080.')
}

/** For an option that may be given several times. */
export function collected(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), value]
}
