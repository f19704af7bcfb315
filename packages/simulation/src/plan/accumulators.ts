/**
 * What the simulated events are accumulated into: the built-in sessions, and one accumulator more for each of the other kinds
 * of fields, directions, and posted records.
 */
import {
  type Accumulator,
  assert,
  count,
  createLayout,
  defineAccumulator,
  type EventInput,
  first,
  HIGH_LOW_EVENT_INPUT,
  type Layout,
  max,
  min,
  net,
  records,
  sessionsAccumulator,
  sum,
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

/** A posted record; its size is what a tick's volume is. */
export const RECORD_INPUT: EventInput = { name: 'orders', texts: ['symbol'], measures: { size: 0 } }

export const DAY_SECONDS = 86_400

export const sessions = defineAccumulator({
  ...sessionsAccumulator({ priceDigits: 4, volumeDigits: 0, zone: 'UTC' }),
  feeds: [{ input: SIMULATED_INPUT }, { input: HIGH_LOW_EVENT_INPUT }],
})

const flows = defineAccumulator({
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

/** Each tick is in one direction, so its volume is in one of three sums. */
const moves = defineAccumulator({
  name: 'moves',
  table: 'move_parts',
  period: window({ seconds: DAY_SECONDS, column: 'window_start' }),
  key: ['symbol'],
  feeds: [{ input: SIMULATED_INPUT }],
  fields: {
    volume: sum('volume'),
    up_count: count({ when: 'up' }),
    down_count: count({ when: 'down' }),
    flat_count: count({ when: 'flat' }),
    up_volume: sum('volume', { when: 'up' }),
    down_volume: sum('volume', { when: 'down' }),
    flat_volume: sum('volume', { when: 'flat' }),
  },
})

/** Fed by ticks and by posted records. */
export const tallies = defineAccumulator({
  name: 'tallies',
  table: 'tally_parts',
  period: window({ seconds: DAY_SECONDS, column: 'window_start' }),
  key: ['symbol'],
  feeds: [{ input: SIMULATED_INPUT }, { input: RECORD_INPUT }],
  fields: {
    volume: sum('volume'),
    size: sum('size', { from: RECORD_INPUT.name }),
    orders: count({ from: RECORD_INPUT.name }),
    largest: max('size', { from: RECORD_INPUT.name }),
    earliest: first('size', { from: RECORD_INPUT.name }),
  },
})

export function accumulatorNamed(name: string): Accumulator {
  const found = allAccumulators.accumulators.find((accumulator) => accumulator.name === name)
  assert(found !== undefined, `the workload feeds an accumulator ${name}`)
  return found
}

export const oneAccumulator: Layout = createLayout({ shards: SHARDS, accumulators: [sessions] })
export const twoAccumulators: Layout = createLayout({ shards: SHARDS, accumulators: [sessions, flows] })
export const allAccumulators: Layout = createLayout({
  shards: SHARDS,
  accumulators: [sessions, flows, moves, tallies],
})
