import { describe, expect, it } from 'vitest'
import { createLayout, layoutDifferences } from './layout.ts'
import { sessionsAccumulator } from './sessions.ts'

const options = { priceDigits: 4, volumeDigits: 0, zone: 'America/New_York' }
const layoutOf = (changes: Partial<typeof options> = {}, shards = 16) =>
  createLayout({ shards, accumulators: [sessionsAccumulator({ ...options, ...changes })] })

describe('layout', () => {
  it('is the same for the same definition, and stays the same from release to release', () => {
    expect(layoutOf().entries.sessions?.fingerprint).toBe(layoutOf().entries.sessions?.fingerprint)
    expect(layoutOf().base.text).toBe('{"codec":2,"SHARDS":16}')
  })

  it.each([[{ priceDigits: 8 }], [{ volumeDigits: 8 }], [{ zone: 'UTC' }]])('differs with %j', (change) => {
    expect(layoutOf(change).entries.sessions?.fingerprint).not.toBe(layoutOf().entries.sessions?.fingerprint)
  })

  it('names what differs', () => {
    expect(layoutDifferences(layoutOf().base.text, layoutOf({}, 8).base.text)).toEqual([
      'SHARDS is 16 in the store and 8 here',
    ])
  })
})
