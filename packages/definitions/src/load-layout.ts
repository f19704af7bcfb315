/**
 * The layout that settings describe, with the accumulators of the file that `WEIR_ACCUMULATORS` names. The file's default
 * export is a function that is given the words of definitions and gives accumulators back; or a list of accumulators.
 */

import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  type Accumulator,
  builtInLayout,
  DefinitionError,
  type Layout,
  type LayoutSettings,
  vocabulary,
} from '@weir/accumulator'
import { ConfigError } from '@weir/service'

export interface LoadedSettings extends LayoutSettings {
  readonly WEIR_ACCUMULATORS?: string | undefined
}

/** Throws ConfigError, saying what of which definition is wrong. */
export async function loadLayout(settings: LoadedSettings): Promise<Layout> {
  const { WEIR_ACCUMULATORS: file } = settings
  if (file === undefined) return builtInLayout(settings)
  const path = resolve(file)
  const exported = await importDefault(path)
  try {
    const made: unknown = typeof exported === 'function' ? exported(wordsOf(settings)) : exported
    return builtInLayout(settings, accumulatorsOf(made, path))
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw wrong(`${path}: ${error instanceof DefinitionError ? error.message : String(error)}`, error)
  }
}

function wordsOf({ PRICE_SCALE, VOLUME_SCALE, SESSION_TIME_ZONE }: LayoutSettings) {
  return vocabulary({ priceDigits: PRICE_SCALE, volumeDigits: VOLUME_SCALE, sessionZone: SESSION_TIME_ZONE })
}

async function importDefault(path: string): Promise<unknown> {
  try {
    return ((await import(pathToFileURL(path).href)) as { default?: unknown }).default
  } catch (error) {
    throw wrong(`${path} cannot be read: ${(error as Error).message}`, error)
  }
}

function accumulatorsOf(made: unknown, path: string): readonly Accumulator[] {
  if (!Array.isArray(made)) {
    throw wrong(
      `the default export of ${path} gives no list of accumulators: export default ({ accumulator, … }) => [ … ]`,
    )
  }
  const other = made.findIndex((one) => typeof one !== 'object' || one === null || !('fieldList' in one))
  if (other >= 0) throw wrong(`number ${other + 1} of the list in ${path} was not made with \`accumulator\``)
  return made as Accumulator[]
}

function wrong(problem: string, cause?: unknown): ConfigError {
  return new ConfigError([{ name: 'WEIR_ACCUMULATORS', problem }], cause)
}
