import { EventBatch, emptyRow, Fold, merge, mintOrigin, sessionsAccumulator } from '@weir/accumulator'
import { describe, expect, it } from 'vitest'
import { rowTexts } from './row-texts.ts'

const sessions = sessionsAccumulator({ priceDigits: 4, volumeDigits: 0, zone: 'America/New_York' })
const origin = mintOrigin(1, '0000000000000001')

describe('rowTexts', () => {
  it('tells a row in currency units, whole volumes and ISO times', () => {
    const batch = new EventBatch(sessions.input)
    batch.add(0, Date.parse('2013-10-07T13:30:00.001Z') * 1000 + 5, ['SPY'], [1_674_100n, 100n])
    batch.add(1, Date.parse('2013-10-07T13:30:01Z') * 1000, ['SPY'], [1_674_200n, 50n])
    const fold = new Fold(sessions)
    fold.add(batch, 0)
    fold.add(batch, 1)
    const merged = merge(sessions, emptyRow(sessions, origin), fold.deltas()[0]!)
    expect(merged.kind === 'merged' && Object.fromEntries(rowTexts(sessions, merged.row))).toMatchObject({
      updates: '2',
      ticks: '2',
      volume: '150',
      notional: '25112.0000',
      open: '167.4100',
      open_time: '2013-10-07T13:30:00.001005Z',
      open_arrival: '1',
      high: '167.4200',
      low: '167.4100',
      close: '167.4200',
      high_count: '1',
      low_count: '0',
    })
  })

  it('has no text for what nothing has fed yet', () => {
    const texts = rowTexts(sessions, emptyRow(sessions, origin))
    expect(texts.get('ticks')).toBe('0')
    for (const field of ['high', 'low', 'open', 'open_time', 'previous_price']) expect(texts.get(field)).toBeUndefined()
  })
})
