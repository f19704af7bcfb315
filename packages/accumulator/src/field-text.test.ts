import { describe, expect, it } from 'vitest'
import { timeText } from './field-text.ts'

describe('timeText', () => {
  it('shows microseconds where there are any', () => {
    expect(timeText(1_000_000)).toBe('1970-01-01T00:00:01.000Z')
    expect(timeText(1_000_007)).toBe('1970-01-01T00:00:01.000007Z')
  })
})
