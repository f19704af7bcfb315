import { describe, expect, it } from 'vitest'
import { usualP99Ms } from './latencies.ts'

describe('the p99 of a usual second', () => {
  it('is that of the second in the middle, whatever a stall did to another', () => {
    const seconds = [2, 300, 3].map((ms) => Array.from({ length: 100 }, () => ms))
    expect(usualP99Ms(seconds.flat(), 100)).toBe(3)
  })

  it('is unknown where no second is whole, and takes no part of one', () => {
    expect(usualP99Ms([1, 2], 3)).toBeUndefined()
    expect(usualP99Ms([1, 2, 3, 99], 3.5)).toBe(3)
  })
})
