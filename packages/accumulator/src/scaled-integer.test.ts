import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatScaled, parseScaled, parseScaledNumber } from './scaled-integer.ts'

describe('scaled integers', () => {
  it.each([
    ['167.41', 4, 1674100n],
    ['167.4100', 4, 1674100n],
    ['0.0001', 4, 1n],
    ['1e-4', 4, 1n],
    ['1.5E2', 0, 150n],
    ['-3', 2, -300n],
    ['92233720368.54775807', 8, 2n ** 63n - 1n],
    ['1000e-3', 0, 1n],
    ['0e60', 8, 0n],
    ['00012', 0, 12n],
    ['5.', 1, 50n],
  ])('reads %s at %i digits', (text, digits, value) => {
    expect(parseScaled(text, digits)).toEqual({ kind: 'value', value })
  })

  it.each([
    ['167.41001', 4, 'is finer than 1e-4'],
    ['1e-9', 8, 'is finer than 1e-8'],
    ['0.5', 0, 'is finer than 1e-0'],
    ['9223372036854775808', 0, 'is out of range'],
    ['1e99', 0, 'is out of range'],
    ['', 0, 'is not a decimal number'],
    ['.5', 4, 'is not a decimal number'],
    ['0x10', 4, 'is not a decimal number'],
    ['NaN', 4, 'is not a decimal number'],
    [' 1', 4, 'is not a decimal number'],
  ])('refuses %j at %i digits', (text, digits, reason) => {
    expect(parseScaled(text, digits)).toEqual({ kind: 'refused', reason })
  })

  it('refuses a JSON number that may have lost digits, instead of rounding it', () => {
    expect(parseScaledNumber(9007199254740991, 0)).toEqual({ kind: 'value', value: 9007199254740991n })
    expect(parseScaledNumber(2 ** 53 + 2, 0).kind).toBe('refused')
    expect(parseScaledNumber(Number.NaN, 0)).toEqual({ kind: 'refused', reason: 'is not finite' })
    expect(parseScaledNumber(0.1 + 0.2, 4).kind).toBe('refused')
  })

  it('round-trips every int64 through its text', () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n) + 1n, 2n ** 63n - 1n), fc.integer({ min: 0, max: 8 }), (value, digits) => {
        expect(parseScaled(formatScaled(value, digits), digits)).toEqual({ kind: 'value', value })
      }),
    )
  })
})
