/** The built-in accumulator of a symbol's trading day: high and low events, OHLC, volume and notional. */
import { type Accumulator, defineAccumulator } from './accumulator.ts'
import { count, EVENT_TIME, first, last, latest, max, min, product, records, sum } from './field.ts'
import { day } from './period.ts'
import { type Scales, tickInput } from './tick.ts'

export function sessionsAccumulator(options: Scales & { readonly zone: string }): Accumulator {
  return defineAccumulator({
    name: 'sessions',
    table: 'session_parts',
    period: day({ zone: options.zone, column: 'session_date' }),
    key: ['symbol'],
    input: tickInput(options),
    fields: {
      ticks: count(),
      volume: sum('volume'),
      notional: sum(product('price', 'volume')),
      open: first('price'),
      high: max('price'),
      low: min('price'),
      close: last('price'),
      high_count: records('high'),
      low_count: records('low'),
      first_tick_at: min(EVENT_TIME),
      last_tick_at: max(EVENT_TIME),
      // The price of the tick that arrived last, which is not `close`: directions are judged in order of arrival.
      previous_price: latest('price'),
    },
  })
}
