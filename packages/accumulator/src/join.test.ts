// Goal: snapshots of one history may arrive late, doubled and in any order. Method: every pair and triple of states that a
// random sequence of batches passes through, with all field kinds.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Accumulator, defineAccumulator } from './accumulator.ts'
import { EventBatch } from './event-batch.ts'
import { count, EVENT_TIME, first, last, latest, max, min, net, product, records, sum } from './field.ts'
import { Fold } from './fold.ts'
import { join } from './join.ts'
import { merge } from './merge.ts'
import { window } from './period.ts'
import { emptyRow, type Row } from './row.ts'

const everyKind: Accumulator = defineAccumulator({
  name: 'every_kind',
  table: 'every_kind_parts',
  period: window({ seconds: 10, column: 'window_start' }),
  key: ['symbol'],
  feeds: [{ input: { name: 'events', texts: ['symbol'], measures: { a: 0, b: 2 } } }],
  fields: {
    events: count(),
    a_sum: sum('a'),
    aa_sum: sum(product('a', 'a')),
    b_net: net('b'),
    a_max: max('a'),
    a_min: min('a'),
    b_first: first('b'),
    b_last: last('b'),
    a_latest: latest('a'),
    a_highs: records('a_max'),
    a_lows: records('a_min'),
    seen_at: max(EVENT_TIME),
  },
})
const ORIGIN = '0000000000000001aaaaaaaaaaaaaaaa'

const history = fc
  .array(
    fc.array(fc.record({ a: fc.bigInt(0n, 9n), b: fc.bigInt(-9n, 9n), timeUs: fc.integer({ min: 1, max: 5 }) }), {
      minLength: 1,
      maxLength: 4,
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map(statesOf)
const threeStates = history.chain((states) =>
  fc.tuple(fc.constantFrom(...states), fc.constantFrom(...states), fc.constantFrom(...states), fc.constant(states)),
)

describe('join', () => {
  it('is idempotent, commutative and associative on the states of one history', () => {
    fc.assert(
      fc.property(threeStates, ([a, b, c]) => {
        expect(join(everyKind, a, a)).toEqual(a)
        expect(join(everyKind, a, b)).toEqual(join(everyKind, b, a))
        expect(join(everyKind, join(everyKind, a, b), c)).toEqual(join(everyKind, a, join(everyKind, b, c)))
      }),
      { numRuns: 500 },
    )
  })

  it('gives the later of two states, so that a late snapshot changes nothing', () => {
    fc.assert(
      fc.property(history, fc.nat(), fc.nat(), (states, i, j) => {
        const [a, b] = [i % states.length, j % states.length]
        expect(join(everyKind, states[a] as Row, states[b] as Row)).toEqual(states[Math.max(a, b)])
      }),
      { numRuns: 500 },
    )
  })

  it('never joins rows of two histories', () => {
    const a = emptyRow(everyKind, ORIGIN)
    expect(() => join(everyKind, a, { ...a, origin: ORIGIN.replace('1', '2') })).toThrow(/two histories/)
  })
})

function statesOf(batches: readonly (readonly { a: bigint; b: bigint; timeUs: number }[])[]): Row[] {
  const states = [emptyRow(everyKind, ORIGIN)]
  for (const ticks of batches) {
    const batch = new EventBatch(everyKind.input)
    ticks.forEach(({ a, b, timeUs }, index) => batch.add(index, timeUs, ['X'], [a, b]))
    const fold = new Fold(everyKind)
    for (let index = 0; index < batch.count; index++) fold.add(batch, index)
    const outcome = merge(everyKind, states.at(-1) as Row, fold.deltas()[0] as never)
    if (outcome.kind === 'overflow') throw new Error(outcome.field)
    states.push(outcome.row)
  }
  return states
}
