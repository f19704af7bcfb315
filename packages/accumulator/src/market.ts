/**
 * The built-in accumulator of the market: counts and volumes of a window, by the direction of each tick; and what a source
 * outside says of the same window. A symbol's ticks go to the part of its shard, so one window is a row a shard.
 */
import { type Accumulator, defineAccumulator } from './accumulator.ts'
import type { EventInput } from './event-batch.ts'
import { count, last, sum } from './field.ts'
import { window } from './period.ts'
import { type Scales, tickInput } from './tick.ts'

/** The source of what comes from ticks. */
export const CORE_SOURCE = 'core'

/** What a source outside has worked out for a moment; its score in millionths. */
export const CALCULATION_INPUT: EventInput = {
  name: 'calculations',
  texts: ['source'],
  measures: { net_score: 6, activity_count: 0, buying_count: 0, selling_count: 0 },
}

export interface MarketOptions extends Scales {
  readonly windowSeconds: number
  /** The session of a window is its date in this time zone. */
  readonly zone: string
}

export function marketAccumulator(options: MarketOptions): Accumulator {
  const from = CALCULATION_INPUT.name
  return defineAccumulator({
    name: 'market',
    table: 'market_parts',
    view: { kind: 'market', name: 'market_analytics', zone: options.zone },
    period: window({ seconds: options.windowSeconds, column: 'window_start' }),
    key: ['source'],
    feeds: [{ input: tickInput(options), constants: { source: CORE_SOURCE } }, { input: CALCULATION_INPUT }],
    fields: {
      ticks: count(),
      volume: sum('volume'),
      buy_count: count({ when: 'up' }),
      sell_count: count({ when: 'down' }),
      flat_count: count({ when: 'flat' }),
      buy_volume: sum('volume', { when: 'up' }),
      sell_volume: sum('volume', { when: 'down' }),
      net_score: last('net_score', { from }),
      activity_count: last('activity_count', { from }),
      buying_count: last('buying_count', { from }),
      selling_count: last('selling_count', { from }),
    },
  })
}
