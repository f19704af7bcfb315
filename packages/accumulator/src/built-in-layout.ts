/** The layout of the built-in accumulators: one place for ingest, sync and the command line, which must agree on it. */
import { createLayout, type Layout } from './layout.ts'
import { sessionsAccumulator } from './sessions.ts'

/** By the names of the settings that make a layout. */
export interface LayoutSettings {
  readonly SHARDS: number
  /** Decimal digits. */
  readonly PRICE_SCALE: number
  readonly VOLUME_SCALE: number
  readonly SESSION_TIME_ZONE: string
}

export function builtInLayout({ SHARDS, PRICE_SCALE, VOLUME_SCALE, SESSION_TIME_ZONE }: LayoutSettings): Layout {
  const scales = { priceDigits: PRICE_SCALE, volumeDigits: VOLUME_SCALE }
  return createLayout({ shards: SHARDS, accumulators: [sessionsAccumulator({ ...scales, zone: SESSION_TIME_ZONE })] })
}
