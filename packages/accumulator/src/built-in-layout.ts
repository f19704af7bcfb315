/** The layout of the built-in accumulators: one place for ingest, sync and the command line, which must agree on it. */
import type { Accumulator } from './accumulator.ts'
import { barsAccumulator } from './bars.ts'
import { createLayout, type Layout } from './layout.ts'
import { marketAccumulator } from './market.ts'
import { sessionsAccumulator } from './sessions.ts'

/** By the names of the settings that make a layout. */
export interface LayoutSettings {
  readonly SHARDS: number
  /** Decimal digits. */
  readonly PRICE_SCALE: number
  readonly VOLUME_SCALE: number
  readonly SESSION_TIME_ZONE: string
  /** 0: no market accumulator. */
  readonly MARKET_WINDOW_SECONDS: number
  /** 0: no bars. */
  readonly BARS_SECONDS: number
  readonly HIGH_LOW_MIN_MOVE_BPS: number
}

/** `own`: a user's accumulators, beside the built-in ones. */
export function builtInLayout(settings: LayoutSettings, own: readonly Accumulator[] = []): Layout {
  const { SHARDS, MARKET_WINDOW_SECONDS, BARS_SECONDS } = settings
  const scales = { priceDigits: settings.PRICE_SCALE, volumeDigits: settings.VOLUME_SCALE }
  const zone = settings.SESSION_TIME_ZONE
  const minMoveBps = settings.HIGH_LOW_MIN_MOVE_BPS
  return createLayout({
    shards: SHARDS,
    accumulators: [
      sessionsAccumulator({ ...scales, zone, minMoveBps }),
      ...(MARKET_WINDOW_SECONDS > 0
        ? [marketAccumulator({ ...scales, zone, windowSeconds: MARKET_WINDOW_SECONDS })]
        : []),
      ...(BARS_SECONDS > 0 ? [barsAccumulator({ ...scales, seconds: BARS_SECONDS })] : []),
      ...own,
    ],
  })
}
