import { expect, it } from 'vitest'
import { backoffMs } from './backoff.ts'

const limits = { baseMs: 100, maxMs: 5000 }
const randomAt = (fraction: number) => ({ hex: () => '', fraction: () => fraction })

it('the wait doubles with each failure, up to its limit', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 1000].map((failures) => backoffMs(failures, limits, randomAt(1)))).toEqual([
    100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000,
  ])
})

it('half of the wait is random', () => {
  expect([0, 0.5].map((fraction) => backoffMs(3, limits, randomAt(fraction)))).toEqual([200, 300])
})
