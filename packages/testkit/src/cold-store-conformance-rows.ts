/**
 * What the conformance suite of cold stores feeds: two accumulators, one with every kind of field, a window and a key of
 * two columns; and random snapshots of their rows, with bottoms, the ends of each range, and few enough names that most
 * calls meet a row that is there.
 */
import {
  type Accumulator,
  bottomOf,
  count,
  defineAccumulator,
  EVENT_TIME,
  type Field,
  first,
  highLimb,
  KEY_SEPARATOR,
  last,
  latest,
  lowLimb,
  max,
  min,
  net,
  product,
  type Row,
  records,
  sessionsAccumulator,
  sum,
  TIME_US_MAX,
  window,
} from '@weir/accumulator'
import fc from 'fast-check'

export const sessions: Accumulator = sessionsAccumulator({ priceDigits: 4, volumeDigits: 0, zone: 'America/New_York' })

const everyKind: Accumulator = defineAccumulator({
  name: 'every_kind',
  table: 'every_kind_parts',
  period: window({ seconds: 10, column: 'window_start' }),
  key: ['symbol', 'source'],
  feeds: [{ input: { name: 'measured', texts: ['symbol', 'source'], measures: { price: 8, size: 8, whole: 0 } } }],
  fields: {
    events: count(),
    sizes: sum('size'),
    turnover: sum(product('price', 'size')),
    flow: net('price'),
    highest: max('price'),
    lowest: min('price'),
    most: max('whole'),
    highs: records('highest'),
    lows: records('lowest'),
    opening: first('price'),
    closing: last('price'),
    first_at: first(EVENT_TIME),
    last_at: last(EVENT_TIME),
    from_at: min(EVENT_TIME),
    newest: latest('price'),
  },
})

export const conformanceAccumulators: readonly Accumulator[] = [sessions, everyKind]

/** Older to newer; the random parts are not in that order. */
export const ORIGINS = [
  '0005f5e100000001ffffffffffffffff',
  '0005f5e10000000200000000000000aa',
  '0005f5e1000000030123456789abcdef',
]

/** Snapshots of a row in `anyChain`. */
export const CHAIN_STEPS = 4

const INT64_MAX = 2n ** 63n - 1n
const UINT96_MAX = 2n ** 96n - 1n
/** A few dozen of these still add up to less than 2^53. */
const COUNT_MAX = 2 ** 46

/** Where limbs carry, and where a double stops being exact. */
const EDGES = [2n ** 48n - 1n, 2n ** 48n, 2n ** 52n - 1n, 2n ** 53n + 1n, INT64_MAX]

const small = fc.bigInt(0n, 5n)
const natural = fc.oneof(small, fc.bigInt(0n, INT64_MAX), fc.constantFrom(...EDGES))
const integer = fc.oneof(
  small,
  natural,
  natural.map((value) => -value),
)
const wide = fc.oneof(natural, fc.bigInt(0n, UINT96_MAX), fc.constant(UINT96_MAX))
const time = fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constantFrom(1_700_000_000_000_001, TIME_US_MAX - 1))
const arrival = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant(COUNT_MAX))

/** Any row that a store may be sent. Not every one is a state of one history: the join must not mind. */
export function anyRow(accumulator: Accumulator): fc.Arbitrary<Row> {
  const fields = fc.tuple(...accumulator.fieldList.map(anySlots))
  return fc
    .record({ origin: fc.constantFrom(...ORIGINS), updates: arrival, fields })
    .map((row) => ({ origin: row.origin, updates: row.updates, slots: Float64Array.from(row.fields.flat()) }))
}

/**
 * A row and snapshots that differ from it in at most two fields, of an origin: so that each field's own rule decides
 * whether a snapshot changes the row.
 */
export function anyChain(accumulator: Accumulator, origin: string): fc.Arbitrary<Row[]> {
  const change = fc
    .constantFrom(...accumulator.fieldList)
    .chain((field) => anySlots(field).map((slots) => ({ slot: field.slot, slots })))
  const step = fc.record({ updates: fc.nat(2), changes: fc.array(change, { maxLength: 2 }) })
  const steps = fc.array(step, { minLength: CHAIN_STEPS, maxLength: CHAIN_STEPS })
  return fc.tuple(anyRow(accumulator), steps).map(([row, variations]) =>
    variations.map(({ updates, changes }) => {
      const slots = row.slots.slice()
      for (const change of changes) slots.set(change.slots, change.slot)
      return { origin, updates, slots }
    }),
  )
}

export function anyKey(accumulator: Accumulator): fc.Arbitrary<string> {
  const text = fc.constantFrom('ACME', 'BRK.B', 'É"\\{,}', 'a', 'B', '')
  return fc.tuple(...accumulator.key.map(() => text)).map((texts) => texts.join(KEY_SEPARATOR))
}

export function anyPeriod({ period }: Accumulator): fc.Arbitrary<number> {
  return period.kind === 'day' ? fc.constantFrom(0, 19_000, 19_001) : fc.constantFrom(1_700_000_000, 1_700_000_010)
}

function anySlots({ spec, storage }: Field): fc.Arbitrary<number[]> {
  const bottom = fc.constant<number[]>([...bottomOf(spec.kind)])
  switch (spec.kind) {
    case 'count':
    case 'records':
      return natural.map(limbs)
    case 'sum':
      return (storage === 'uint96' ? wide : natural).map(limbs)
    case 'net':
      return fc.tuple(natural, natural).map((sums) => sums.flatMap(limbs))
    case 'max':
    case 'min':
    case 'latest':
      return fc.oneof(bottom, (spec.of === EVENT_TIME ? time.map(BigInt) : integer).map(limbs))
    case 'first':
    case 'last': {
      const value = spec.of === EVENT_TIME ? time.map(BigInt) : integer
      return fc.oneof(
        bottom,
        fc.tuple(value, time, arrival).map(([of, at, number]) => [...limbs(of), at, number]),
      )
    }
  }
}

function limbs(value: bigint): number[] {
  return [highLimb(value), lowLimb(value)]
}
