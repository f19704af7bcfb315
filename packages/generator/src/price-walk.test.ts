import { expect, it } from 'vitest'
import { createPriceWalk, formatCents, stepPrice } from './price-walk.ts'
import { RandomIntegers } from './random-integers.ts'

it('a price stays within a quarter and four times its start, however long it walks', () => {
  const random = new RandomIntegers(5)
  const walk = { ...createPriceWalk(random), priceCents: 20, stepCents: 1, minCents: 5, maxCents: 80 }
  const prices = new Set(Array.from({ length: 200_000 }, () => stepPrice(walk, random)))
  expect([Math.min(...prices), Math.max(...prices)]).toEqual([5, 80])
})

it('a walk starts between 5 and 500 dollars', () => {
  const random = new RandomIntegers(6)
  const starts = Array.from({ length: 1000 }, () => createPriceWalk(random).priceCents)
  expect(Math.min(...starts)).toBeGreaterThanOrEqual(500)
  expect(Math.max(...starts)).toBeLessThanOrEqual(50_000)
})

it('cents are written with two digits', () => {
  expect([5, 125, 100, 16741, 50_010].map(formatCents)).toEqual(['0.05', '1.25', '1.00', '167.41', '500.10'])
})
