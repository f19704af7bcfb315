import { describe, expect, it } from 'vitest'
import { Deltas } from './deltas.ts'
import { EventBatch } from './event-batch.ts'
import { Fold } from './fold.ts'
import { foldEvents } from './fold-events.ts'
import { createLayout } from './layout.ts'
import type { Delta } from './row.ts'
import { sessionsAccumulator } from './sessions.ts'

const sessions = sessionsAccumulator({ priceDigits: 2, volumeDigits: 0, zone: 'UTC' })
const DAY_US = 86_400_000_000

/** Two symbols on each of two days, in turn; prices rise, so that lists of extremes have several entries. */
function someEvents(): EventBatch {
  const batch = new EventBatch(sessions.input)
  for (let index = 0; index < 12; index++) {
    batch.add(index, (index % 2) * DAY_US + index, [index % 3 === 0 ? 'A' : 'B'], [100 + index, 1])
  }
  return batch
}

describe('deltas in columns', () => {
  it('are, by period, those of a fold one by one', () => {
    const batch = someEvents()
    const fold = new Fold(sessions)
    for (const index of batch.indexes()) fold.add(batch, index)
    const { parts } = foldEvents(createLayout({ shards: 1, accumulators: [sessions] }), batch, batch.indexes())
    expect(parts.map(({ period, accepted }) => ({ period, accepted }))).toEqual([
      { period: 0, accepted: 6 },
      { period: 1, accepted: 6 },
    ])
    expect(parts.flatMap(({ deltas }) => byKey([...deltas]))).toEqual(
      fold.parts().flatMap(({ deltas }) => byKey([...deltas])),
    )
    expect(byKey(fold.deltas())).toEqual(byKey(fold.parts().flatMap(({ deltas }) => [...deltas])))
  })

  it('lie in the memory of the columns: what is written to one is written there', () => {
    const fold = new Fold(sessions)
    const batch = someEvents()
    for (const index of batch.indexes()) fold.add(batch, index)
    const [part] = fold.parts()
    part?.deltas.at(1).slots.fill(7)
    expect([...(part?.deltas.at(1).slots ?? [])]).toEqual(Array.from({ length: sessions.slots }, () => 7))
    expect(part?.deltas.at(0).slots.includes(7)).toBe(false)
  })

  it('refuse two of a key, and one of another period', () => {
    const fold = new Fold(sessions)
    const batch = someEvents()
    for (const index of batch.indexes()) fold.add(batch, index)
    const [first, ...others] = fold.deltas()
    if (first === undefined) throw new RangeError('no deltas')
    expect(() => Deltas.of(sessions, first.period, [first, first])).toThrow(/one delta a key/)
    expect(() => Deltas.of(sessions, first.period, [first, ...others])).toThrow(
      /one (delta a key|accumulator and period)/,
    )
  })
})

function byKey(deltas: readonly Delta[]): Delta[] {
  return deltas.toSorted((a, b) => a.period - b.period || (a.key < b.key ? -1 : 1))
}
