import { describe, expect, it } from 'vitest'
import { bytesText, countOf, countText, durationText } from './counts.ts'

describe('numbers for people', () => {
  it.each([
    [0, '0'],
    [1234567, '1,234,567'],
    [1234.9, '1,235'],
  ])('counts %d as %s', (count, text) => expect(countText(count)).toBe(text))

  it('knows one from many', () => {
    expect([countOf(0, 'row'), countOf(1, 'row'), countOf(2, 'row')]).toEqual(['0 rows', '1 row', '2 rows'])
  })

  it.each([
    [0.123, '0.12 s'],
    [9.96, '10.0 s'],
    [59.9, '59 s'],
    [185, '3 min 5 s'],
    [7800, '2 h 10 min'],
    [273_600, '3 d 4 h'],
  ])('tells %d seconds as %s', (seconds, text) => expect(durationText(seconds)).toBe(text))

  it.each([
    [512, '512 B'],
    [1536, '1.5 KiB'],
    [5 * 1024 ** 3, '5.0 GiB'],
  ])('tells %d bytes as %s', (bytes, text) => expect(bytesText(bytes)).toBe(text))
})
