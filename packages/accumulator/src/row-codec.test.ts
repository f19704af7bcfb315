// Goal: a packed row loses nothing. Method: random limbs over the whole range of every storage.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defineAccumulator } from './accumulator.ts'
import { count, first, net, product, sum } from './field.ts'
import { highLimb, limbsToBigInt, lowLimb } from './limbs.ts'
import { day } from './period.ts'
import { HEADER_BYTES, packedBytes, packedTurn, packRow, unpackRow } from './row-codec.ts'

const accumulator = defineAccumulator({
  name: 'codec',
  table: 'codec_parts',
  period: day({ zone: 'UTC', column: 'day' }),
  key: ['symbol'],
  feeds: [{ input: { name: 'events', texts: ['symbol'], measures: { a: 0, b: 0 } } }],
  fields: { n: count(), wide: sum(product('a', 'b')), opened: first('a'), signed: net('a') },
})
const int64 = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)
const uint96 = fc.bigInt(0n, 2n ** 96n - 1n)
const exactCount = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const limbs = (value: bigint) => [highLimb(value), lowLimb(value)]

describe('row codec', () => {
  it('round-trips int64, 2^96, times and arrivals exactly', () => {
    fc.assert(
      fc.property(
        fc.tuple(int64, uint96, int64, exactCount, exactCount, int64, int64, exactCount, fc.nat()),
        ([n, wide, opened, time, arrival, plus, minus, updates, turn]) => {
          const slots = Float64Array.from([
            ...limbs(n),
            ...limbs(wide),
            ...limbs(opened),
            time,
            arrival,
            ...limbs(plus),
            ...limbs(minus),
          ])
          const row = { origin: '0123456789abcdef0123456789abcdef', updates, slots }
          const packed = packRow(accumulator, row, turn)
          expect(packed.length).toBe(packedBytes(accumulator))
          expect(unpackRow(accumulator, packed)).toEqual(row)
          expect(packedTurn(packed)).toBe(turn)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('writes an int64 as the eight bytes that it is', () => {
    fc.assert(
      fc.property(int64, (value) => {
        const slots = new Float64Array(accumulator.slots)
        slots.set(limbs(value), 0)
        const packed = packRow(accumulator, { origin: '0'.repeat(32), updates: 0, slots })
        expect(packed.readBigInt64BE(HEADER_BYTES)).toBe(value)
        expect(limbsToBigInt(...(limbs(value) as [number, number]))).toBe(value)
      }),
    )
  })

  it('refuses a row of another length', () => {
    expect(() => unpackRow(accumulator, Buffer.alloc(10))).toThrow(/has 10 bytes, not/)
  })
})
