/** The built-in accumulator of bars: a symbol's OHLC, volume and trades in a window of time. */
import { type Accumulator, defineAccumulator } from './accumulator.ts'
import { count, first, last, max, min, product, sum } from './field.ts'
import { window } from './period.ts'
import { type Scales, tickInput } from './tick.ts'

export function barsAccumulator(options: Scales & { readonly seconds: number }): Accumulator {
  return defineAccumulator({
    name: 'bars',
    table: 'bar_parts',
    view: { kind: 'fields', ratios: { vwap: { of: 'notional', by: 'volume' } } },
    period: window({ seconds: options.seconds, column: 'bar_start' }),
    key: ['symbol'],
    feeds: [{ input: tickInput(options) }],
    fields: {
      trades: count(),
      volume: sum('volume'),
      notional: sum(product('price', 'volume')),
      open: first('price'),
      high: max('price'),
      low: min('price'),
      close: last('price'),
    },
  })
}
