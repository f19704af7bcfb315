import { count, defineAccumulator, formatPeriod, sessionsAccumulator, window } from '@weir/accumulator'
import { describe, expect, it } from 'vitest'
import { parsePeriod } from './find-period.ts'

const sessions = sessionsAccumulator({ priceDigits: 4, volumeDigits: 0, zone: 'America/New_York' })
const bars = defineAccumulator({
  name: 'bars',
  table: 'bar_parts',
  key: ['symbol'],
  feeds: sessions.feeds,
  fields: { ticks: count() },
  period: window({ seconds: 60, column: 'window_start' }),
})

describe('parsePeriod', () => {
  it('reads a day as it is shown', () => {
    const period = parsePeriod(sessions, '2013-10-07')
    expect(period).toBe(15_985)
    expect(formatPeriod(sessions.period, period!)).toBe('2013-10-07')
  })

  it('reads a window by any time in it', () => {
    const period = parsePeriod(bars, '2013-10-07T13:30:42Z')
    expect(formatPeriod(bars.period, period!)).toBe('2013-10-07T13:30:00Z')
  })

  it('takes neither for the other', () => {
    expect(parsePeriod(bars, '2013-10-07')).toBeUndefined()
    expect(parsePeriod(sessions, '2013-10-07T13:30:42Z')).toBeUndefined()
    expect(parsePeriod(sessions, 'nonsense')).toBeUndefined()
  })
})
