// Goal: numbers on the pages have three digits, whatever their size.
import { expect, it } from 'vitest'
import { bytes, rough } from './format.ts'

it('a figure has three digits', () => {
  expect([684_736, 1_234_567, 42.351, 3.14159, 0.25734, 0].map(rough)).toEqual([
    '685,000',
    '1,230,000',
    '42.4',
    '3.14',
    '0.257',
    '0',
  ])
  expect(rough(Number.NaN)).toBe('not known')
})

it('bytes are told in the unit that fits', () => {
  expect([0, 999, 1500, 218_196_896].map(bytes)).toEqual(['0 B', '999 B', '1.5 KB', '218 MB'])
})
