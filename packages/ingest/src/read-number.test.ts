// Goal: the short way to an integer gives what the exact way gives, or leaves it to that. Method: random decimals, as JSON
// numbers and as text, against the exact parser.
import { parseScaled, parseScaledNumber } from '@weir/accumulator'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readScaled } from './read-number.ts'

const digits = fc.integer({ min: 0, max: 8 })
const decimalText = fc
  .tuple(fc.constantFrom('', '-'), fc.bigInt(0n, 10n ** 19n), fc.option(fc.bigInt(0n, 10n ** 10n)))
  .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === null ? '' : `.${fraction}`}`)
const shortNumber = fc
  .tuple(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), digits)
  .map(([units, scale]) => units / 10 ** scale)

/** Of 16 digits and more: about the largest that take the short way. */
const timeLike = fc.tuple(fc.maxSafeNat(), digits).map(([units, scale]) => units / 10 ** scale)

function exactly(parsed: ReturnType<typeof parseScaled>): bigint | string {
  return parsed.kind === 'value' ? parsed.value : parsed.reason
}

function asBigInt(read: ReturnType<typeof readScaled>): bigint | string {
  return typeof read === 'number' ? BigInt(read) : read
}

describe('reading a number', () => {
  it('gives of every decimal text what the exact parser gives', () => {
    fc.assert(
      fc.property(decimalText, digits, (text, scale) => {
        expect(asBigInt(readScaled(text, scale))).toEqual(exactly(parseScaled(text, scale)))
      }),
      { numRuns: 2000 },
    )
  })

  it('gives of every JSON number what the exact parser gives', () => {
    const number = fc.oneof(
      shortNumber,
      timeLike,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.maxSafeInteger(),
    )
    fc.assert(
      fc.property(number, digits, (value, scale) => {
        expect(asBigInt(readScaled(value, scale))).toEqual(exactly(parseScaledNumber(value, scale)))
      }),
      { numRuns: 5000 },
    )
  })

  it('never gives a negative zero', () => {
    expect(Object.is(readScaled(-0, 4), 0)).toBe(true)
  })

  it('keeps numbers that a double cannot hold when they are sent as text', () => {
    expect(readScaled('900719925474.0993', 4)).toBe(9007199254740993n)
  })

  it('refuses a JSON number whose digits may be gone already', () => {
    expect(readScaled(JSON.parse('900719925474.0993'), 4)).toBe(
      'has more digits than a JSON number keeps; send it as a string',
    )
  })

  it.each([
    [undefined, 'is missing'],
    [null, 'is missing'],
    ['', 'is missing'],
    [true, 'is not a number'],
    [{}, 'is not a number'],
    ['NaN', 'is not a decimal number'],
    ['.', 'is not a decimal number'],
    [' 1', 'is not a decimal number'],
    ['0x10', 'is not a decimal number'],
    [Number.POSITIVE_INFINITY, 'is not finite'],
    [1.23456, 'is finer than 1e-4'],
    ['1.23456', 'is finer than 1e-4'],
  ])('refuses %j with the reason', (value, reason) => {
    expect(readScaled(value, 4)).toBe(reason)
  })
})
