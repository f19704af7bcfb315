/** What the simulated ticks are accumulated into: the built-in sessions, and a second accumulator with the other kinds. */
import {
  count,
  createLayout,
  defineAccumulator,
  type EventInput,
  first,
  HIGH_LOW_EVENT_INPUT,
  type Layout,
  min,
  net,
  records,
  sessionsAccumulator,
  window,
} from '@weir/accumulator'

export const SHARDS = 2
/** Two of each shard. */
export const SYMBOLS = ['AIG', 'BAC', 'IBM', 'SPY'] as const

/** A tick's, with a measure that may be negative. */
export const SIMULATED_INPUT: EventInput = {
  name: 'ticks',
  texts: ['symbol'],
  measures: { price: 4, volume: 0, change: 0 },
}

const DAY_SECONDS = 86_400

export const sessions = defineAccumulator({
  ...sessionsAccumulator({ priceDigits: 4, volumeDigits: 0, zone: 'UTC' }),
  feeds: [{ input: SIMULATED_INPUT }, { input: HIGH_LOW_EVENT_INPUT }],
})

export const flows = defineAccumulator({
  name: 'flows',
  table: 'flow_parts',
  period: window({ seconds: DAY_SECONDS, column: 'window_start' }),
  key: ['symbol'],
  feeds: [{ input: SIMULATED_INPUT }],
  fields: {
    ticks: count(),
    change: net('change'),
    opening: first('price'),
    lowest: min('price'),
    lows: records('lowest'),
  },
})

export const oneAccumulator: Layout = createLayout({ shards: SHARDS, accumulators: [sessions] })
export const twoAccumulators: Layout = createLayout({ shards: SHARDS, accumulators: [sessions, flows] })
