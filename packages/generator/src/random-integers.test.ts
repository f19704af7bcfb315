import { describe, expect, it } from 'vitest'
import { RandomIntegers } from './random-integers.ts'

const draws = (seed: number, count: number) => {
  const random = new RandomIntegers(seed)
  return Array.from({ length: count }, () => random.uint32())
}

describe('RandomIntegers', () => {
  it('a seed gives the same numbers everywhere', () => {
    expect(draws(1, 4)).toEqual([2442144158, 3238099751, 3819917871, 2104621829])
  })

  it('every digit of a seed counts, above 2^32 too', () => {
    const firsts = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, 2 ** 33, Number.MAX_SAFE_INTEGER].map((seed) =>
      draws(seed, 2).join(),
    )
    expect(new Set(firsts).size).toBe(firsts.length)
  })

  it('below is even: no remainder of 1000 is rarer or commoner than chance allows', () => {
    const random = new RandomIntegers(7)
    const counts = Array.from({ length: 1000 }, () => 0)
    for (let draw = 0; draw < 200_000; draw += 1) {
      const value = random.below(1000)
      counts[value] = (counts[value] ?? 0) + 1
    }
    // 200 each, standard deviation 14.
    expect(Math.min(...counts)).toBeGreaterThan(200 - 5 * 14)
    expect(Math.max(...counts)).toBeLessThan(200 + 5 * 14)
  })

  it('between gives both ends, and chance its share', () => {
    const random = new RandomIntegers(9)
    expect(new Set(Array.from({ length: 200 }, () => random.between(3, 5)))).toEqual(new Set([3, 4, 5]))
    expect([random.chance(0), random.chance(1_000_000)]).toEqual([false, true])
  })

  it.each([-1, 1.5, 2 ** 53, Number.NaN])('%d is no seed', (seed) => {
    expect(() => new RandomIntegers(seed)).toThrow(/a seed is/)
  })
})
