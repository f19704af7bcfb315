/** Finds the name that was probably meant, so that a misspelt setting is not silently its default. */
import type { Environment } from './config.ts'
import { type SettingName, settings } from './settings.ts'

export interface MisspelledSetting {
  readonly given: string
  readonly meant: SettingName
}

/** Two edits: a letter too many, too few, wrong, or two letters swapped. */
const EDITS_MAX = 2
/** Below this many characters two edits make another word. */
const NAME_LENGTH_MIN = 6

/** Variables that nothing knows but that are nearly a setting's name, for a warning at start. */
export function misspelledSettings(env: Environment): readonly MisspelledSetting[] {
  const names = Object.keys(settings) as SettingName[]
  const known = new Set<string>(names.flatMap((name) => [name, `${name}_FILE`]))
  return Object.keys(env)
    .filter((given) => !known.has(given))
    .flatMap((given) => {
      const meant = nearestName(
        given,
        names.filter((name) => env[name] === undefined),
      )
      return meant === undefined ? [] : [{ given, meant }]
    })
}

/** The candidate nearest to the name, other than itself and not further than two edits, regardless of case. */
export function nearestName<Name extends string>(name: string, candidates: readonly Name[]): Name | undefined {
  if (name.length < NAME_LENGTH_MIN) return undefined
  let nearest: Name | undefined
  let least = EDITS_MAX + 1
  for (const candidate of candidates) {
    if (candidate === name || candidate.length < NAME_LENGTH_MIN) continue
    if (Math.abs(candidate.length - name.length) > EDITS_MAX) continue
    const edits = editDistance(name.toUpperCase(), candidate.toUpperCase())
    if (edits < least) {
      least = edits
      nearest = candidate
    }
  }
  return nearest
}

/** Levenshtein's distance, a row of the table at a time. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const substituted = at(previous, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(substituted, at(previous, column) + 1, at(current, column - 1) + 1))
    }
    previous = current
  }
  return at(previous, b.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
