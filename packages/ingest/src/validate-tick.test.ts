import { describe, expect, it } from 'vitest'
import { notionalFault, readPrice, readTimeUs, readVolume, symbolFault } from './validate-tick.ts'

describe('a tick', () => {
  it.each(['SPY', 'BRK.B', 'BTC/USDT', 'Ω'.repeat(32), '😀'.repeat(32), 'with space'])(
    'may be of the symbol %s',
    (symbol) => {
      expect(symbolFault(symbol)).toBeUndefined()
    },
  )

  it.each([
    [undefined, 'symbol is missing'],
    [null, 'symbol is missing'],
    [7, 'symbol is not text'],
    ['', 'symbol is empty'],
    ['A'.repeat(33), 'symbol has more than 32 characters'],
    ['😀'.repeat(33), 'symbol has more than 32 characters'],
    ['A\u0000', 'symbol has a control character'],
    ['A\u001f', 'symbol has a control character'],
    ['A\u0085', 'symbol has a control character'],
    ['A\n', 'symbol has a control character'],
    ['A\ud800', 'symbol has half a surrogate pair'],
  ])('may not be of the symbol %j', (symbol, fault) => {
    expect(symbolFault(symbol)).toBe(fault)
  })

  it('has a positive price and a volume that may be zero', () => {
    expect(readPrice(0.0001, 4)).toBe(1)
    expect(readPrice(0, 4)).toBe('price is not positive')
    expect(readPrice('-0', 4)).toBe('price is not positive')
    expect(readPrice('-1', 4)).toBe('price is not positive')
    expect(readVolume(0, 0)).toBe(0)
    expect(readVolume(-1, 0)).toBe('volume is negative')
    expect(readVolume(0.5, 0)).toBe('volume is finer than 1e-0')
  })

  it('has a price times volume that a sum of products holds, below 2^96', () => {
    expect(notionalFault(2n ** 48n, 2n ** 48n)).toBe('price times volume is out of range')
    expect(notionalFault(2n ** 48n, 2n ** 48n - 1n)).toBeUndefined()
    expect(notionalFault(2n ** 63n - 1n, 2n ** 63n - 1n)).toBe('price times volume is out of range')
    expect(notionalFault(1_674_100, 100)).toBeUndefined()
  })

  it('has a time in ms, exact to the µs, up to the year 2255', () => {
    expect(readTimeUs(1_381_132_800_464.001)).toBe(1_381_132_800_464_001)
    expect(readTimeUs('9007199254740.990')).toBe(9_007_199_254_740_990)
    expect(readTimeUs('9007199254740.991')).toBe('timestamp is out of range; it is in ms since 1970')
    expect(readTimeUs(1_381_132_800_464_000_000)).toBe(
      'timestamp has more digits than a JSON number keeps; send it as a string',
    )
    expect(readTimeUs('1381132800464.0001')).toBe('timestamp is finer than 1e-3')
    expect(readTimeUs(0)).toBe('timestamp is not positive')
    expect(readTimeUs(-5)).toBe('timestamp is not positive')
    expect(readTimeUs('2013-10-07T08:00:00Z')).toBe('timestamp is not a decimal number')
    expect(readTimeUs(undefined)).toBe('timestamp is missing')
  })
})
