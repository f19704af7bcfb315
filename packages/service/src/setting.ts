/** What is known of one setting. */
import type { z } from 'zod'

export type App = 'ingest' | 'sync' | 'cli'

export interface Setting {
  /** From the text of the environment to the value. */
  readonly schema: z.ZodType<unknown, string>
  /** The text that holds when nothing is set. */
  readonly default?: string
  /** Another setting, whose value holds when nothing is set. */
  readonly sameAs?: string
  /** Nothing to fall back on: a program that uses it does not start without. Neither this nor a default: undefined. */
  readonly required?: true
  /** Range and unit, as faults and the documentation say them. */
  readonly allowed: string
  readonly description: string
  readonly usedBy: readonly App[]
  /** Never printed; may also come from the file that NAME_FILE names. */
  readonly secret?: true
}
