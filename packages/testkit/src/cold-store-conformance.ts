/**
 * What every cold store must do, told by the memory store, whose join is `join.ts`: random calls go to both, and both must
 * answer the same.
 */
import { type ColdStore, KEY_SEPARATOR, type Row } from '@weir/accumulator'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyChains, anyCoverage, anyUpsert, perform, readEverything } from './cold-store-conformance-calls.ts'
import { CHAIN_STEPS, conformanceAccumulators } from './cold-store-conformance-rows.ts'
import { MemoryColdStore } from './memory-cold-store.ts'

export interface ColdStoreSubject {
  readonly name: string
  /** An empty store of `conformanceAccumulators`; called again and again. */
  readonly open: () => Promise<ColdStore>
  /** How many random histories to try; each is about ten calls. */
  readonly runs: number
}

const timeout = 60_000
/** A day, and the start of a window. */
const CHAIN_PERIOD = 20_000

export function describeColdStore(subject: ColdStoreSubject): void {
  describe(`${subject.name} as a cold store`, () => {
    describe('a join', () => {
      testJoins(subject)
    })
    describe('a repeat', () => {
      testRepeats(subject)
    })
  })
}

function testJoins({ open, runs }: ColdStoreSubject): void {
  it('of late, doubled and disordered snapshots is that of join.ts', { timeout }, async () => {
    const calls = fc.array(fc.oneof({ weight: 4, arbitrary: anyUpsert }, anyCoverage), { minLength: 1, maxLength: 10 })
    const property = fc.asyncProperty(calls, async (history) => {
      const model = new MemoryColdStore(conformanceAccumulators)
      const store = await open()
      for (const call of history) expect(await perform(store, call)).toEqual(await perform(model, call))
      expect(await readEverything(store)).toEqual(await readEverything(model))
    })
    await fc.assert(property, { numRuns: runs })
  })

  it.each(conformanceAccumulators)('of $name goes by the rule of each field', { timeout }, async (accumulator) => {
    const { name } = accumulator
    const property = fc.asyncProperty(anyChains(accumulator), async (chains) => {
      const model = new MemoryColdStore(conformanceAccumulators)
      const store = await open()
      const seeds = chains.map(({ key }) => ({ accumulator: name, period: CHAIN_PERIOD, key }))
      for (let step = 0; step < CHAIN_STEPS; step++) {
        const rows = chains.map(({ key, chain }) => ({ period: CHAIN_PERIOD, key, row: chain[step] as Row }))
        expect(await store.upsert(name, 0, rows)).toBe(await model.upsert(name, 0, rows))
        expect(await store.readParts(name, CHAIN_PERIOD, {})).toEqual(await model.readParts(name, CHAIN_PERIOD, {}))
        expect(await store.readSeeds(seeds)).toEqual(await model.readSeeds(seeds))
      }
    })
    await fc.assert(property, { numRuns: runs })
  })

  it('never lowers a mark or a count', { timeout }, async () => {
    const property = fc.asyncProperty(fc.array(anyCoverage, { minLength: 2, maxLength: 5 }), async (calls) => {
      const model = new MemoryColdStore(conformanceAccumulators)
      const store = await open()
      for (const call of calls) await Promise.all([perform(store, call), perform(model, call)])
      expect(await readEverything(store)).toEqual(await readEverything(model))
    })
    await fc.assert(property, { numRuns: runs })
  })
}

function testRepeats({ open, runs }: ColdStoreSubject): void {
  it('of everything changes nothing', { timeout }, async () => {
    const property = fc.asyncProperty(fc.array(anyUpsert, { minLength: 1, maxLength: 4 }), async (calls) => {
      const store = await open()
      for (const call of calls) await perform(store, call)
      const before = await readEverything(store)
      for (const call of calls) expect(await perform(store, call)).toBe(0)
      expect(await readEverything(store)).toEqual(before)
    })
    await fc.assert(property, { numRuns: Math.ceil(runs / 3) })
  })

  it('of nothing leaves the store empty', async () => {
    const store = await open()
    for (const { name, key } of conformanceAccumulators) {
      expect(await store.upsert(name, 0, [])).toBe(0)
      expect(await store.readRestored(0)).toEqual({ marks: new Map(), floors: new Map() })
      const seed = { accumulator: name, period: 1, key: key.map(() => 'ACME').join(KEY_SEPARATOR) }
      expect(await store.readSeeds([seed])).toEqual([{ ...seed, row: undefined }])
      expect(await store.readParts(name, 1, {})).toEqual([])
      expect(await store.readTotals(name)).toEqual([])
    }
  })
}
