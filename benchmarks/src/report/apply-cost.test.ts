// Goal: what a call costs is told apart from what its rows cost.
import { expect, it } from 'vitest'
import type { MicroResult } from '../micro/micro-result.ts'
import { applyCost } from './apply-cost.ts'

/** As calls of 100 µs and 2 µs a row would be measured. */
const resultOf = (callRows: number): MicroResult => ({
  operation: 'apply',
  detail: `sessions, rows that exist, ${callRows.toLocaleString('en')} a call`,
  unit: 'row',
  usEach: 0,
  redisCpuUsEach: 100 / callRows + 2,
  redisSystemUsEach: 0.5,
})

it('a call and a row have the costs that fit calls of both sizes', () => {
  const cost = applyCost([1, 1000, 5000].map(resultOf))
  expect(cost).toMatchObject({ usEach: 2.1, systemUsEach: 0.5 })
  expect(cost?.usACall).toBeCloseTo(100, 6)
  expect(cost?.usARow).toBeCloseTo(2, 6)
})

it('nothing is told of what was not measured', () => {
  expect(applyCost([resultOf(1000)])).toBeUndefined()
})
