/** The built-in accumulator of a symbol's trading day: high and low events, OHLC, volume and notional. */
import { type Accumulator, defineAccumulator } from './accumulator.ts'
import { count, first, last, latest, max, min, product, records, sum } from './field.ts'
import { HIGH_LOW_EVENT_INPUT } from './high-low-event.ts'
import { day } from './period.ts'
import { type Scales, tickInput } from './tick.ts'

export interface SessionOptions extends Scales {
  readonly zone: string
  /** A new extreme less than this beyond the price of the last event is no event. 0: every new extreme is one. */
  readonly minMoveBps?: number
}

export function sessionsAccumulator(options: SessionOptions): Accumulator {
  const { zone, minMoveBps = 0 } = options
  return defineAccumulator({
    name: 'sessions',
    table: 'session_parts',
    period: day({ zone, column: 'session_date' }),
    key: ['symbol'],
    feeds: [{ input: tickInput(options) }, { input: HIGH_LOW_EVENT_INPUT }],
    view: { kind: 'fields', times: { first_tick_at: 'open', last_tick_at: 'close' } },
    reference: 'previous_price',
    fields: {
      ticks: count(),
      volume: sum('volume'),
      notional: sum(product('price', 'volume')),
      open: first('price'),
      high: max('price'),
      low: min('price'),
      close: last('price'),
      high_count: records('high', { minMoveBps, plus: { from: HIGH_LOW_EVENT_INPUT.name, of: 'highs' } }),
      low_count: records('low', { minMoveBps, plus: { from: HIGH_LOW_EVENT_INPUT.name, of: 'lows' } }),
      // The price of the tick that arrived last, which is not `close`: directions are judged in order of arrival.
      previous_price: latest('price'),
      ...(minMoveBps === 0 ? {} : LAST_EVENT_PRICES),
    },
  })
}

const LAST_EVENT_PRICES = {
  last_high_event_price: max('price', { atRecord: 'high_count' }),
  last_low_event_price: min('price', { atRecord: 'low_count' }),
}
