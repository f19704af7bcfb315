/**
 * What the conformance suite of hot stores feeds: the built-in sessions, one accumulator of every kind of field, one of
 * many.
 */
import {
  count,
  createLayout,
  defineAccumulator,
  EVENT_TIME,
  type FieldSpec,
  first,
  type Layout,
  last,
  latest,
  marketAccumulator,
  max,
  min,
  net,
  product,
  records,
  sessionsAccumulator,
  sum,
  tickInput,
  window,
} from '@weir/accumulator'

const SCALES = { priceDigits: 4, volumeDigits: 0 }
const measured = { name: 'measured', texts: ['symbol'], measures: { price: 4, size: 0, change: 4 } }

/** `change` is signed, the others are not: sums are of non-negative measures. */
const everyKind: Record<string, FieldSpec> = {
  low_records: records('low'),
  events: count(),
  sizes: sum('size'),
  turnover: sum(product('price', 'size')),
  flow: net('change'),
  high: max('change'),
  low: min('change'),
  high_records: records('high'),
  opening: first('change'),
  closing: last('price'),
  newest: latest('change'),
  from_at: min(EVENT_TIME),
  to_at: max(EVENT_TIME),
  first_at: first(EVENT_TIME),
}

/** One extreme alone: no other field of its measure leaves the exact range of a double before it does. */
const lows: Record<string, FieldSpec> = { low: min('change'), low_records: records('low'), newest: latest('price') }
const highs: Record<string, FieldSpec> = { high: max('change'), high_records: records('high') }

/** So many slots that the generated Lua needs several blocks, with records far from their extremes. */
const many: Record<string, FieldSpec> = {
  top: max('price'),
  ...Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`opening_${index}`, first('price')])),
  flow: net('change'),
  ...Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`closing_${index}`, last('change')])),
  top_records: records('top'),
  bottom_records: records('bottom'),
  turnover: sum(product('price', 'size')),
  bottom: min('change'),
}

/** Records that must lie beyond the last by a least move; some are counted elsewhere. */
const moves: Record<string, FieldSpec> = {
  highs: records('high', { minMoveBps: 3000, plus: { from: 'measured_elsewhere', of: 'price' } }),
  lows: records('low', { minMoveBps: 2000 }),
  high: max('price'),
  low: min('price'),
  high_price: max('price', { atRecord: 'highs' }),
  low_price: min('price', { atRecord: 'lows' }),
}

/** By direction, in the accumulator's own key, beside fields of every other storage. */
const directions: Record<string, FieldSpec> = {
  ups: count({ when: 'up' }),
  top: max('price'),
  top_records: records('top'),
  bought: sum('volume', { when: 'up' }),
  paid: sum('price', { when: 'down' }),
  flats: count({ when: 'flat' }),
  opening: first('price'),
}

/** Sums alone: a row that returns after it was dropped needs no seed. */
const sums: Record<string, FieldSpec> = { events: count(), sizes: sum('size') }

export const CONFORMANCE_SHARDS = 2

export function conformanceLayout(): Layout {
  const windowed = (name: string, fields: Record<string, FieldSpec>) => {
    const period = window({ seconds: 10, column: 'window_start' })
    return defineAccumulator({
      name,
      table: `${name}_parts`,
      period,
      key: ['symbol'],
      feeds: [{ input: measured }, { input: { ...measured, name: 'measured_elsewhere' } }],
      fields,
    })
  }
  return createLayout({
    shards: CONFORMANCE_SHARDS,
    accumulators: [
      sessionsAccumulator({ ...SCALES, zone: 'America/New_York' }),
      windowed('every_kind', everyKind),
      windowed('lows', lows),
      windowed('highs', highs),
      windowed('many', many),
      windowed('sums', sums),
      windowed('moves', moves),
      marketAccumulator({ ...SCALES, windowSeconds: 10, zone: 'America/New_York' }),
      defineAccumulator({
        name: 'directions',
        table: 'direction_parts',
        period: window({ seconds: 20, column: 'window_start' }),
        key: ['symbol'],
        feeds: [{ input: tickInput(SCALES) }],
        fields: directions,
      }),
    ],
  })
}
