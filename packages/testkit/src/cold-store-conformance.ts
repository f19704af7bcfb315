/**
 * What every cold store must do, told by the memory store, whose join is `join.ts`: random calls go to both, and both must
 * answer the same. Shards follow from keys, as they do in Weir.
 */
import { type Accumulator, type ColdStore, type Coverage, KEY_SEPARATOR, type Row, shardOf } from '@weir/accumulator'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  anyChain,
  anyKey,
  anyPeriod,
  anyRow,
  CHAIN_STEPS,
  conformanceAccumulators,
  ORIGINS,
} from './cold-store-conformance-rows.ts'
import { MemoryColdStore } from './memory-cold-store.ts'

const SHARDS = 3
/** A window and a day. */
const CHAIN_PERIOD = 20_000

export interface ColdStoreSubject {
  readonly name: string
  /** An empty store of `conformanceAccumulators`; called again and again. */
  open(): Promise<ColdStore>
  /** Random histories to try; each is about ten calls. */
  readonly runs: number
}

type Call = (store: ColdStore) => Promise<unknown>

export function describeColdStore({ name, open, runs }: ColdStoreSubject): void {
  describe(`${name} as a cold store`, () => {
    it('joins late, doubled and disordered snapshots as join.ts does', { timeout: 60_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyCall, { minLength: 1, maxLength: 10 }), async (calls) => {
          const model = new MemoryColdStore(conformanceAccumulators)
          const store = await open()
          for (const call of calls) expect(await call(store)).toEqual(await call(model))
          for (const read of reads) expect(await read(store)).toEqual(await read(model))
        }),
        { numRuns: runs },
      )
    })

    it.each(conformanceAccumulators)(
      'joins each field of $name by its own rule',
      { timeout: 60_000 },
      async (accumulator) => {
        await fc.assert(
          fc.asyncProperty(anyChains(accumulator), async (chains) => {
            const model = new MemoryColdStore(conformanceAccumulators)
            const store = await open()
            for (let step = 0; step < CHAIN_STEPS; step++) {
              const rows = chains.map(({ key, chain }) => ({ period: CHAIN_PERIOD, key, row: chain[step] as Row }))
              const upsert: Call = (either) => either.upsert(accumulator.name, 0, rows)
              expect(await upsert(store)).toEqual(await upsert(model))
              const seeds = chains.map(({ key }) => ({ accumulator: accumulator.name, period: CHAIN_PERIOD, key }))
              for (const read of [
                readsOfPeriod(accumulator.name, CHAIN_PERIOD),
                (either: ColdStore) => either.readSeeds(seeds),
              ]) {
                expect(await read(store)).toEqual(await read(model))
              }
            }
          }),
          { numRuns: runs },
        )
      },
    )

    it('never lowers a mark or a count', { timeout: 60_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyCoverage, { minLength: 2, maxLength: 5 }), async (coverages) => {
          const model = new MemoryColdStore(conformanceAccumulators)
          const store = await open()
          for (const coverage of coverages) for (const either of [store, model]) await either.writeCoverage(1, coverage)
          for (const read of reads) expect(await read(store)).toEqual(await read(model))
        }),
        { numRuns: Math.ceil(runs / 3) },
      )
    })

    it('changes nothing when everything is sent again', { timeout: 60_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyUpsert, { minLength: 1, maxLength: 4 }), async (calls) => {
          const store = await open()
          for (const call of calls) await call(store)
          const before = await Promise.all(reads.map((read) => read(store)))
          for (const call of calls) expect(await call(store)).toBe(0)
          expect(await Promise.all(reads.map((read) => read(store)))).toEqual(before)
        }),
        { numRuns: Math.ceil(runs / 3) },
      )
    })

    it('knows nothing of what nobody sent', async () => {
      const store = await open()
      const accumulator = conformanceAccumulators[0]?.name ?? ''
      expect(await store.upsert(accumulator, 0, [])).toBe(0)
      expect(await store.readRestored(0)).toEqual({ marks: new Map(), floors: new Map() })
      expect(await store.readSeeds([{ accumulator, period: 1, key: 'ACME' }])).toEqual([
        { accumulator, period: 1, key: 'ACME', row: undefined },
      ])
      expect(await store.readParts(accumulator, 1, {})).toEqual([])
      expect(await store.readTotals(accumulator)).toEqual([])
    })
  })
}

const anyUpsert: fc.Arbitrary<Call> = fc.oneof(...conformanceAccumulators.map(upsertOf))

function upsertOf(accumulator: Accumulator): fc.Arbitrary<Call> {
  const row = fc.record({ period: anyPeriod(accumulator), key: anyKey(accumulator), row: anyRow(accumulator) })
  return fc.array(row, { minLength: 1, maxLength: 8 }).chain((rows) => {
    const shards = Map.groupBy(rows, ({ key }) => shardOf(key, SHARDS))
    return fc.constantFrom(...shards).map(
      ([shard, ofShard]): Call =>
        (store) =>
          store.upsert(accumulator.name, shard, ofShard),
    )
  })
}

/** Rows of a few keys under every origin, each with its snapshots. */
function anyChains(accumulator: Accumulator): fc.Arbitrary<{ key: string; chain: Row[] }[]> {
  const keys = ['ACME', 'B', 'é'].map((text) => accumulator.key.map(() => text).join(KEY_SEPARATOR))
  const names = keys.flatMap((key) => ORIGINS.map((origin) => ({ key, origin })))
  return fc.tuple(...names.map(({ key, origin }) => anyChain(accumulator, origin).map((chain) => ({ key, chain }))))
}

const count = fc.oneof(fc.nat(5), fc.constant(2 ** 52))
const anyPeriodRecord = fc.constantFrom(...conformanceAccumulators).chain((accumulator) =>
  fc.record({
    accumulator: fc.constant(accumulator.name),
    period: anyPeriod(accumulator),
    origin: fc.constantFrom(...ORIGINS),
    accepted: count,
    dirty: fc.constant(0),
    touchedUs: fc.constant(1),
    aside: fc.boolean(),
  }),
)
const anyCoverage: fc.Arbitrary<Coverage> = fc.record({
  origin: fc.constantFrom(...ORIGINS),
  timeUs: fc.constant(1),
  marks: fc.array(fc.tuple(fc.constantFrom('a', 'É', 'replay:1'), count)).map((marks) => new Map(marks)),
  periods: fc.array(anyPeriodRecord, { maxLength: 4 }),
})
const anyCall: fc.Arbitrary<Call> = fc.oneof(
  { weight: 4, arbitrary: anyUpsert },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(SHARDS - 1), anyCoverage).map(
      ([shard, coverage]): Call =>
        (store) =>
          store.writeCoverage(shard, coverage),
    ),
  },
)

/** Everything that a store can be asked. */
const reads: readonly Call[] = [
  ...Array.from(
    { length: SHARDS },
    (_, shard): Call =>
      (store) =>
        store.readRestored(shard),
  ),
  ...conformanceAccumulators.flatMap(readsOf),
]

function readsOf(accumulator: Accumulator): Call[] {
  const { name } = accumulator
  const periods = fc.sample(anyPeriod(accumulator), { numRuns: 20, seed: 1 })
  const keys = fc.sample(anyKey(accumulator), { numRuns: 20, seed: 1 })
  return [
    (store) => store.readTotals(name),
    ...[...new Set(periods)].flatMap((period): Call[] => [
      readsOfPeriod(name, period),
      (store) => store.readParts(name, period, { shard: 1 }),
      (store) => store.readParts(name, period, { keys: keys.slice(0, 2), shard: 0 }),
      (store) => store.readSeeds(keys.map((key) => ({ accumulator: name, period, key }))),
    ]),
  ]
}

function readsOfPeriod(name: string, period: number): Call {
  return (store) => store.readParts(name, period, {})
}
