/**
 * Every setting of Weir, once: its name in the environment, how its text is read, what it means and who uses it.
 * `docs/configuration.md` is this object as a table, and a test keeps the two equal.
 */
import type { z } from 'zod'
import { ingestSettings } from './ingest-settings.ts'
import { processSettings } from './process-settings.ts'
import { storeSettings } from './store-settings.ts'
import { syncSettings } from './sync-settings.ts'

export const settings = { ...storeSettings, ...ingestSettings, ...syncSettings, ...processSettings } as const

export type SettingName = keyof typeof settings

type HasValue = { readonly default: string } | { readonly sameAs: string } | { readonly required: true }

export type SettingValue<Name extends SettingName> = (typeof settings)[Name] extends HasValue
  ? z.output<(typeof settings)[Name]['schema']>
  : z.output<(typeof settings)[Name]['schema']> | undefined

export type SettingValues<Name extends SettingName = SettingName> = { readonly [N in Name]: SettingValue<N> }
