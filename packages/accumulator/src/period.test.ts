import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { day, formatPeriod, periodClock, window } from './period.ts'

const newYork = day({ zone: 'America/New_York', column: 'session_date' })
const us = (iso: string) => Date.parse(iso) * 1000
const dayOf = (iso: string) => formatPeriod(newYork, periodClock(newYork).idOf(us(iso)))

describe('periods', () => {
  it.each([
    ['2013-10-08T03:59:59.999Z', '2013-10-07'],
    ['2013-10-08T04:00:00.000Z', '2013-10-08'],
    ['2026-03-08T04:59:59.999Z', '2026-03-07'],
    ['2026-03-08T05:00:00.000Z', '2026-03-08'],
    ['2026-03-09T03:59:59.999Z', '2026-03-08'],
    ['2026-03-09T04:00:00.000Z', '2026-03-09'],
    ['2026-11-01T04:00:00.000Z', '2026-11-01'],
    ['2026-11-02T04:59:59.999Z', '2026-11-01'],
    ['2026-11-02T05:00:00.000Z', '2026-11-02'],
  ])('puts %s into the New York day %s, also on days of 23 and 25 hours', (iso, expected) => {
    expect(dayOf(iso)).toBe(expected)
  })

  it('gives the same day in any order of times, remembered or not', () => {
    const remembering = periodClock(newYork)
    fc.assert(
      fc.property(fc.integer({ min: us('2025-01-01T00:00:00Z'), max: us('2027-01-01T00:00:00Z') }), (timeUs) => {
        const id = remembering.idOf(timeUs)
        expect(periodClock(newYork).idOf(timeUs)).toBe(id)
        expect(timeUs).toBeLessThan(remembering.endUs(id))
        expect(timeUs).toBeGreaterThanOrEqual(remembering.endUs(id - 1))
      }),
      { numRuns: 50 },
    )
  })

  it('ends a day where the next begins, also where a zone skipped one', () => {
    const apia = periodClock(day({ zone: 'Pacific/Apia', column: 'day' }))
    const id = apia.idOf(us('2011-12-30T09:59:59.999Z'))
    expect(formatPeriod(newYork, id)).toBe('2011-12-29')
    expect(apia.endUs(id)).toBe(us('2011-12-30T10:00:00Z'))
    expect(formatPeriod(newYork, apia.idOf(apia.endUs(id)))).toBe('2011-12-31')
  })

  it('cuts windows on whole multiples of their length', () => {
    const clock = periodClock(window({ seconds: 10, column: 'window_start' }))
    expect(clock.idOf(1_381_132_809_999_999)).toBe(1_381_132_800)
    expect(clock.idOf(1_381_132_810_000_000)).toBe(1_381_132_810)
    expect(clock.endUs(1_381_132_800)).toBe(1_381_132_810_000_000)
  })
})
