import { emptyRow } from '@weir/accumulator'
import { describe, expect, it } from 'vitest'
import { describeColdStore } from './cold-store-conformance.ts'
import { conformanceAccumulators, ORIGINS, sessions } from './cold-store-conformance-rows.ts'
import { MemoryColdStore } from './memory-cold-store.ts'

describeColdStore({ name: 'memory', open: async () => new MemoryColdStore(conformanceAccumulators), runs: 30 })

describe('a clone of the memory store', () => {
  it('keeps its state when the original goes on', async () => {
    const store = new MemoryColdStore(conformanceAccumulators)
    const row = { ...emptyRow(sessions, ORIGINS[0] ?? ''), updates: 1 }
    await store.upsert('sessions', 0, [{ period: 1, key: 'ACME', row }])
    const backup = store.clone()
    await store.upsert('sessions', 0, [{ period: 1, key: 'ACME', row: { ...row, updates: 2 } }])
    await store.writeCoverage(0, { origin: row.origin, timeUs: 1, marks: new Map([['a', 1]]), periods: [] })
    expect(await backup.readTotals('sessions')).toMatchObject([{ updates: 1 }])
    expect(await backup.readRestored(0)).toEqual({ marks: new Map(), floors: new Map([['sessions', 1]]) })
    expect(await store.readTotals('sessions')).toMatchObject([{ updates: 2 }])
  })
})
