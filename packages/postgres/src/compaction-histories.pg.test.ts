// Goal: in any history of snapshots and compactions, late, doubled and disordered, PostgreSQL holds what it would hold without them.
// Method: random histories; the memory store, which never compacts, is the model.
import { createLayout, KEY_SEPARATOR, type Row } from '@weir/accumulator'
import { conformanceAccumulators, MemoryColdStore } from '@weir/testkit'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PostgresColdStore } from './cold-store.ts'
import { fedRow, type TestEvent } from './testing/fed-row.ts'
import { type OpenDatabase, openTestDatabase } from './testing/open-test-database.ts'

const layout = createLayout({ shards: 4, accumulators: conformanceAccumulators })
const KEYS = ['A', 'B']
/** Older to newer. */
const ORIGINS = [1, 2, 3].map((number) => `000000000000000${number}00000000000000aa`)
const EVENTS_MAX = 3

let database: OpenDatabase

beforeAll(async () => {
  database = await openTestDatabase(layout)
})
afterAll(() => database.close())

type Step =
  /** A snapshot of a row after so many of its events. */
  | { readonly kind: 'send'; readonly key: number; readonly origin: number; readonly events: number }
  /** The oldest so many origins are over: their last state is written, and they may be compacted. */
  | { readonly kind: 'compact'; readonly origins: number }

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      key: fc.nat(KEYS.length - 1),
      origin: fc.nat(ORIGINS.length - 1),
      events: fc.nat(EVENTS_MAX),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('compact' as const),
      origins: fc.integer({ min: 1, max: ORIGINS.length }),
    }),
  },
)

it.each(conformanceAccumulators)('of $name', { timeout: 60_000 }, async (accumulator) => {
  const { name, period, table } = accumulator
  const id = period.kind === 'day' ? 19_675 : 1_700_000_000
  const startUs = id * 1_000_000 * (period.kind === 'day' ? 86_400 : 1)
  const nameOf = (key: number) => accumulator.key.map(() => KEYS[key]).join(KEY_SEPARATOR)
  const shardOf = (key: number, origin: number) => (period.kind === 'day' ? key : origin)
  const anyEvent = fc.record({
    timeUs: fc.nat(2).map((offset) => startUs + 50_000_000_000 * (period.kind === 'day' ? 1 : 0) + offset),
    measures: fc.tuple(...Object.keys(accumulator.input.measures).map(() => fc.bigInt(0n, 9n))),
  })
  const anyEvents = fc.array(anyEvent, { minLength: EVENTS_MAX, maxLength: EVENTS_MAX })
  const histories = fc.tuple(...KEYS.map(() => fc.tuple(...ORIGINS.map(() => anyEvents))))

  const property = fc.asyncProperty(
    histories,
    fc.array(anyStep, { minLength: 3, maxLength: 12 }),
    async (fed, steps) => {
      await sql`truncate ${sql.table(table)}, accepted_counts, compacted_parts`.execute(database.db)
      const store = new PostgresColdStore(database.db, layout)
      const model = new MemoryColdStore(conformanceAccumulators)
      const stateOf = (key: number, origin: number, events: number): Row =>
        fedRow(accumulator, ORIGINS[origin] ?? '', (fed[key]?.[origin] ?? []).slice(0, events) as TestEvent[])
      const send = async (key: number, origin: number, events: number) => {
        const rows = [{ period: id, key: nameOf(key), row: stateOf(key, origin, events) }]
        for (const cold of [store, model]) await cold.upsert(name, shardOf(key, origin), rows)
      }
      const shown = (cold: typeof store | MemoryColdStore) =>
        cold
          .readSeeds(KEYS.map((_, key) => ({ accumulator: name, period: id, key: nameOf(key) })))
          .then((seeds) =>
            seeds.map(({ row }) => (row === undefined ? undefined : { updates: row.updates, slots: row.slots })),
          )
      const sent = new Set<string>()
      let over = 0
      for (const step of steps) {
        if (step.kind === 'send') {
          // A row that was never written before its origin was over is none that a hot store has dropped.
          if (step.origin < over && !sent.has(`${step.key} ${step.origin}`)) continue
          await send(step.key, step.origin, step.events)
          sent.add(`${step.key} ${step.origin}`)
          continue
        }
        over = Math.max(over, step.origins)
        const origins = ORIGINS.slice(0, step.origins)
        for (const place of sent) {
          const [key = 0, origin = 0] = place.split(' ').map(Number)
          if (origin < step.origins) await send(key, origin, EVENTS_MAX)
        }
        expect(await store.compact(name, id, origins)).toMatchObject({ kind: 'compacted' })
        const compacted = (await store.readParts(name, id, {})).filter(({ row }) => origins.includes(row.origin))
        expect(new Set(compacted.map(({ key }) => key)).size).toBe(compacted.length)
        expect(await shown(store)).toEqual(await shown(model))
      }
      expect(await shown(store)).toEqual(await shown(model))
    },
  )
  await fc.assert(property, { numRuns: 60 })
})
