import { describe, expect, it } from 'vitest'
import type { AccumulatorReport, VerifyReport } from './report.ts'
import { reportText } from './report-text.ts'

const sessions: AccumulatorReport = {
  accumulator: 'sessions',
  periods: 2,
  accepted: 1200,
  written: 1100,
  pending: 100,
  quarantined: 0,
  rowsCompared: 7,
  gaps: 0,
  moving: 0,
}
const place = { accumulator: 'sessions', shard: 3, period: 15_985, periodText: '2013-10-07' }

function textOf(report: Partial<VerifyReport>): string {
  return reportText(
    { accumulators: [sessions], gaps: [], gapsTotal: 0, notices: [], noticesTotal: 0, ...report },
    (_style, text) => text,
  )
}

describe('reportText', () => {
  it('says that everything is there, or what still waits', () => {
    expect(textOf({ accumulators: [{ ...sessions, pending: 0 }] })).toMatch(/Every accepted tick is in PostgreSQL\.$/)
    expect(textOf({})).toMatch(/Every accepted tick is accounted for; 100 ticks wait in Redis for the next sync\.$/)
    expect(textOf({ accumulators: [{ ...sessions, quarantined: 2 }] })).toMatch(
      /100 ticks wait in Redis.*PostgreSQL refuses 2 rows of them \(weir quarantine list\)\.$/,
    )
  })

  it('names a gap by accumulator, period, symbol, field and both values', () => {
    const fields = [
      { field: 'high', redis: '1.05', postgres: '1.06' },
      { field: 'low', redis: '1.00', postgres: undefined },
    ]
    const text = textOf({
      gapsTotal: 1,
      gaps: [{ kind: 'row', ...place, key: 'SPY', origin: '00', fault: 'different', fields }],
    })
    expect(text).toContain('GAP sessions 2013-10-07 SPY differs')
    expect(text).toContain('      high: Redis 1.05, PostgreSQL 1.06\n      low: Redis 1.00, PostgreSQL -')
    expect(text).toContain('1 gap found.')
  })

  it('tells ticks that are missing from ticks too many', () => {
    const gap = { kind: 'count', ...place } as const
    expect(textOf({ gapsTotal: 1, gaps: [{ ...gap, accepted: 10, counted: 7 }] })).toContain(
      'shard 3: 3 accepted ticks in no row',
    )
    expect(textOf({ gapsTotal: 1, gaps: [{ ...gap, accepted: 7, counted: 8 }] })).toContain(
      '1 tick in rows, but never accepted',
    )
  })

  it('lists what a Redis that lost its memory cannot prove, as no gap', () => {
    const text = textOf({ noticesTotal: 1, notices: [{ kind: 'row-ahead', ...place, key: 'SPY', ticks: 4 }] })
    expect(text).toContain('note: sessions 2013-10-07 SPY: PostgreSQL keeps 4 ticks that an earlier Redis had')
    expect(text).not.toContain('GAP')
  })
})
