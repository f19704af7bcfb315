// Goal: live reads find every key and part, and rows of many periods as seeds give them one by one.
import { type ColdPart, compareTexts, createLayout, KEY_SEPARATOR, mintOrigin } from '@weir/accumulator'
import { conformanceAccumulators, seededRandom } from '@weir/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PostgresColdStore } from './cold-store.ts'
import { PostgresLiveReads } from './live-reads.ts'
import { fedRow } from './testing/fed-row.ts'
import { type OpenDatabase, openTestDatabase } from './testing/open-test-database.ts'

const layout = createLayout({ shards: 3, accumulators: conformanceAccumulators })
const [sessions, everyKind] = conformanceAccumulators
const START = 1_700_000_000
const PERIODS = [0, 10, 20, 30].map((at) => START + at)
const KEYS = ['A', 'B', 'Z\u00e9', 'a', '\uffee', '😀'].flatMap((symbol) =>
  ['x', 'y'].map((source) => symbol + KEY_SEPARATOR + source),
)
const ORIGINS = [1, 2].map((ms) => mintOrigin(ms, '00000000000000aa'))

let database: OpenDatabase
let live: PostgresLiveReads
let cold: PostgresColdStore

beforeAll(async () => {
  database = await openTestDatabase(layout)
  live = new PostgresLiveReads(database.db, layout)
  cold = new PostgresColdStore(database.db, layout)
  const random = seededRandom(5)
  for (const [shard, origin] of ORIGINS.entries()) {
    const rows = PERIODS.flatMap((period) =>
      KEYS.map((key) => {
        const measures = [BigInt(random.integer(1, 9)), BigInt(random.integer(0, 9)), BigInt(random.integer(0, 9))]
        const events = [{ timeUs: period * 1e6 + random.integer(0, 2), measures }]
        return { period, key, row: fedRow(everyKind!, origin, events) }
      }),
    )
    await cold.upsert('every_kind', shard, rows)
  }
})
afterAll(() => database.close())

describe('a live read', () => {
  it('pages through the keys of a period in the order of their bytes', async () => {
    const seen: string[] = []
    for (let page = ['']; page.length > 0; seen.push(...page)) {
      page = await live.readKeys('every_kind', START, { after: seen.at(-1) ?? '', keysMax: 5 })
      expect(page.length).toBeLessThanOrEqual(5)
    }
    expect(seen).toEqual(KEYS.toSorted(compareTexts))
  })

  it('gives rows of a range as seeds give each, the newest first, as many as are asked for', async () => {
    const rows = await live.readJoined('every_kind', { first: START, last: START + 20, rowsMax: 30 })
    expect(rows.length).toBe(30)
    expect(rows.slice(0, KEYS.length).every(({ period }) => period === START + 20)).toBe(true)
    const seeds = await cold.readSeeds(rows.map(({ period, key }) => ({ accumulator: 'every_kind', period, key })))
    expect(rows).toEqual(seeds.map(({ period, key, row }) => ({ period, key, row })))
    const ofKey = await live.readJoined('every_kind', { first: START, last: START + 20, key: KEYS[3]!, rowsMax: 30 })
    expect(ofKey.map(({ period, key }) => [period, key])).toEqual([20, 10, 0].map((at) => [START + at, KEYS[3]]))
  })

  it('gives every part of the named rows, and nothing of others', async () => {
    const rows = [0, 30].map((at) => ({ period: START + at, key: KEYS[1]! }))
    const parts = await live.readPartsOf('every_kind', [...rows, { period: START + 7, key: KEYS[1]! }])
    const expected = await Promise.all(
      rows.map(({ period, key }) => cold.readParts('every_kind', period, { keys: [key] })),
    )
    const nameOf = ({ period, row }: ColdPart) => `${period} ${row.origin}`
    const sorted = (list: ColdPart[]) => list.toSorted((a, b) => compareTexts(nameOf(a), nameOf(b)))
    expect(parts.length).toBe(4)
    expect(sorted(parts)).toEqual(sorted(expected.flat()))
    expect(await live.readPartsOf('every_kind', [])).toEqual([])
  })

  it('knows the newest period, where there is one', async () => {
    expect(await live.readNewestPeriod('every_kind')).toBe(START + 30)
    expect(await live.readNewestPeriod(sessions!.name)).toBeUndefined()
  })
})
