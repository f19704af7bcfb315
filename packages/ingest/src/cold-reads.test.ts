import type { RestoredShard } from '@weir/accumulator'
import { describe, expect, it } from 'vitest'
import { type ColdReader, ColdReads } from './cold-reads.ts'
import { SILENT } from './testing/memory-ingest.ts'
import { VirtualClock } from './testing/virtual-clock.ts'

const LIMITS = { restoreTimeoutMs: 2000, restorePauseMs: 30_000 }
const RESTORED: RestoredShard = { marks: new Map([['p', 7]]), floors: new Map() }

function startReads(readRestored: () => Promise<RestoredShard>, limits = LIMITS) {
  const clock = new VirtualClock()
  let asked = 0
  const cold: ColdReader = {
    readRestored: () => {
      asked++
      return readRestored()
    },
    readSeeds: () => Promise.resolve([]),
  }
  return { clock, reads: new ColdReads({ cold, clock, log: SILENT, limits }), asked: () => asked }
}

describe('reads from PostgreSQL', () => {
  it('are shared by those who ask for the same shard at the same time', async () => {
    const { reads, asked } = startReads(async () => RESTORED)
    expect(await Promise.all([reads.readRestored(1), reads.readRestored(1), reads.readRestored(2)])).toEqual([
      RESTORED,
      RESTORED,
      RESTORED,
    ])
    expect(asked()).toBe(2)
    expect(await reads.readRestored(1)).toBe(RESTORED)
    expect(asked()).toBe(3)
  })

  it('are waited for no longer than the limit, and not tried again soon after', async () => {
    const { clock, reads, asked } = startReads(() => new Promise(() => undefined))
    expect(await clock.run(reads.readRestored(1))).toBeUndefined()
    expect(clock.monotonicMs()).toBe(2000)
    expect(await reads.readSeeds([])).toBeUndefined()
    await clock.run(clock.sleep(29_999))
    expect(await reads.readRestored(1)).toBeUndefined()
    expect(asked()).toBe(1)
    await clock.run(clock.sleep(1))
    expect(await reads.readSeeds([])).toEqual([])
  })

  it('that fail are as good as none', async () => {
    const { reads } = startReads(() => Promise.reject(new Error('refused')))
    expect(await reads.readRestored(1)).toBeUndefined()
  })

  it('are not tried at all where the limit is 0, or where there is no PostgreSQL', async () => {
    const { clock, reads, asked } = startReads(async () => RESTORED, { ...LIMITS, restoreTimeoutMs: 0 })
    expect(await reads.readRestored(1)).toBeUndefined()
    expect(asked()).toBe(0)
    expect(await new ColdReads({ cold: undefined, clock, log: SILENT, limits: LIMITS }).readSeeds([])).toBeUndefined()
  })
})
