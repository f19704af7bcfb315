/** The random calls of the conformance suite of cold stores, as data, so that a failing history can be read. */
import {
  type Accumulator,
  type ColdRow,
  type ColdStore,
  type Coverage,
  KEY_SEPARATOR,
  type Row,
  type RowName,
  shardOf,
} from '@weir/accumulator'
import fc from 'fast-check'
import { anyChain, anyKey, anyPeriod, anyRow, conformanceAccumulators, ORIGINS } from './cold-store-conformance-rows.ts'

const SHARDS = 3

export type Call =
  | { readonly kind: 'upsert'; readonly accumulator: string; readonly shard: number; readonly rows: readonly ColdRow[] }
  | { readonly kind: 'coverage'; readonly shard: number; readonly coverage: Coverage }

export function perform(store: ColdStore, call: Call): Promise<number | void> {
  return call.kind === 'upsert'
    ? store.upsert(call.accumulator, call.shard, call.rows)
    : store.writeCoverage(call.shard, call.coverage)
}

/** Rows of a few names: most calls meet a row that is there. Shards follow from keys, as they do in Weir. */
export const anyUpsert: fc.Arbitrary<Call> = fc.oneof(...conformanceAccumulators.map(upsertOf))

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

export const anyCoverage: fc.Arbitrary<Call> = fc.record({
  kind: fc.constant('coverage'),
  shard: fc.nat(SHARDS - 1),
  coverage: fc.record({
    origin: fc.constantFrom(...ORIGINS),
    timeUs: fc.constant(1),
    marks: fc.array(fc.tuple(fc.constantFrom('a', 'É', 'replay:1'), count)).map((marks) => new Map(marks)),
    periods: fc.array(anyPeriodRecord, { maxLength: 6 }),
  }),
})

/** Rows of a few keys under every origin, each with its snapshots. */
export function anyChains(accumulator: Accumulator): fc.Arbitrary<{ key: string; chain: Row[] }[]> {
  const keys = ['ACME', 'B', 'é'].map((text) => accumulator.key.map(() => text).join(KEY_SEPARATOR))
  const names = keys.flatMap((key) => ORIGINS.map((origin) => ({ key, origin })))
  return fc.tuple(...names.map(({ key, origin }) => anyChain(accumulator, origin).map((chain) => ({ key, chain }))))
}

/** Everything that a store can be asked. */
export async function readEverything(store: ColdStore): Promise<unknown[]> {
  const restored = Array.from({ length: SHARDS }, (_, shard) => store.readRestored(shard))
  const answers = conformanceAccumulators.flatMap(({ name }) => {
    const names = rowNames.filter(({ accumulator }) => accumulator === name)
    const periods = [...new Set(names.map(({ period }) => period))]
    const keys = [...new Set(names.map(({ key }) => key))]
    return [
      store.readTotals(name),
      ...periods.flatMap((period) => [
        store.readTotals(name, { first: period, last: period }),
        store.readTotals(name, { last: period }),
        store.readParts(name, period, {}),
        store.readParts(name, period, { shard: 1 }),
        store.readParts(name, period, { keys: keys.slice(0, 3) }),
        store.readParts(name, period, { keys: keys.slice(0, 3), shard: 0 }),
      ]),
    ]
  })
  return Promise.all([...restored, ...answers, store.readSeeds(rowNames)])
}

/** The names that the arbitraries choose from, more or less, some of them twice. */
const rowNames: readonly RowName[] = conformanceAccumulators.flatMap((accumulator) =>
  fc.sample(
    fc.record({ accumulator: fc.constant(accumulator.name), period: anyPeriod(accumulator), key: anyKey(accumulator) }),
    { numRuns: 40, seed: 1 },
  ),
)

function upsertOf(accumulator: Accumulator): fc.Arbitrary<Call> {
  const row = fc.record({ period: anyPeriod(accumulator), key: anyKey(accumulator), row: anyRow(accumulator) })
  return fc.array(row, { minLength: 1, maxLength: 8 }).chain((rows) => {
    const shards = [...Map.groupBy(rows, ({ key }) => shardOf(key, SHARDS))]
    const calls = shards.map(([shard, ofShard]): Call => {
      return { kind: 'upsert', accumulator: accumulator.name, shard, rows: ofShard }
    })
    return fc.constantFrom(...calls)
  })
}
