// Goal: `market_analytics` is exact over any cut of the windows into parts, amends itself, and reads one session alone.
import { type Accumulator, builtInLayout, type ColdRow, marketAnalytics, mintOrigin } from '@weir/accumulator'
import { seededRandom } from '@weir/testkit'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { expectedWindows, hasTradingDay } from '../../../tests/trading-day.ts'
import { PostgresColdStore } from './cold-store.ts'
import { partOf, spreadWindows, type TestWindow } from './testing/market-parts.ts'
import { type OpenDatabase, openTestDatabase } from './testing/open-test-database.ts'

const SHARDS = 16
const layout = builtInLayout({
  SHARDS,
  PRICE_SCALE: 4,
  VOLUME_SCALE: 2,
  SESSION_TIME_ZONE: 'America/New_York',
  MARKET_WINDOW_SECONDS: 10,
  BARS_SECONDS: 60,
  HIGH_LOW_MIN_MOVE_BPS: 0,
})
const market = layout.accumulators.find(({ name }) => name === 'market') as Accumulator
const older = mintOrigin(1_000, '0000000000000001')
const newer = mintOrigin(2_000, '0000000000000000')

let database: OpenDatabase
let store: PostgresColdStore

beforeEach(async () => {
  database = await openTestDatabase(layout)
  store = new PostgresColdStore(database.db, layout)
})
afterEach(() => database.close())

const startOf = (iso: string) => Date.parse(iso) / 1000

type Shown = Record<string, string | null>

async function shown(where = 'true', from = 'market_analytics'): Promise<Shown[]> {
  const { rows } = await sql<{ row: string }>`
    select row_to_json(v)::text as row from (
      select (extract(epoch from window_start) * 1000)::bigint as start_ms, * from ${sql.raw(from)} where ${sql.raw(where)}
    ) as v order by source, window_start`.execute(database.db)
  // Numbers as text: JSON.parse would make doubles of NUMERIC.
  return rows.map(({ row }) => JSON.parse(row.replace(/":(-?\d[^,}]*)/g, '":"$1"')) as Shown)
}

async function write(parts: readonly (ColdRow & { readonly shard?: number })[]): Promise<void> {
  const byShard = Map.groupBy(parts, ({ shard = 0 }) => shard)
  for (const [shard, rows] of byShard) await store.upsert('market', shard, rows)
}

/** A window of ticks with these volumes (in hundredths), one tick a hundred and one flat. */
function traded(startSeconds: number, buy: number, sell: number): TestWindow {
  const [buys, sells] = [Math.ceil(buy / 100), Math.ceil(sell / 100)]
  const counts = { ticks: buys + sells + 1, buy_count: buys, sell_count: sells, flat_count: 1 }
  return { startSeconds, values: { ...counts, volume: buy + sell + 50, buy_volume: buy, sell_volume: sell } }
}

function expectNear(actual: unknown, expected: number): void {
  expect(Math.abs(Number(actual) - expected)).toBeLessThan(Math.max(1e-9, 1e-11 * Math.abs(expected)))
}

/** The windows of the real day, in hundredths of a share. */
function tradingDayWindows(): TestWindow[] {
  return expectedWindows().map((window) => {
    const value = (name: string) => window[name] ?? Number.NaN
    const volumes = { volume: 100 * value('volume'), buy_volume: 100 * value('buy_volume') }
    const counts = { ticks: value('ticks'), buy_count: value('buy'), sell_count: value('sell') }
    return {
      startSeconds: value('start_ms') / 1000,
      values: { ...counts, ...volumes, sell_volume: 100 * value('sell_volume'), flat_count: value('flat') },
    }
  })
}

const NAMES = { buy: 'buy_count', sell: 'sell_count', flat: 'flat_count', avg_net_score_10sec: 'net_score' } as const

describe('market_analytics', () => {
  it('has the columns that the design promises', async () => {
    const { rows } = await sql<{ name: string; type: string }>`
      select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
      where attrelid = 'market_analytics'::regclass and attnum > 0 order by attnum`.execute(database.db)
    expect(rows.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'session_date date',
      'source text',
      'window_start timestamp with time zone',
      'window_end timestamp with time zone',
      'ticks bigint',
      'volume numeric',
      'buy_count bigint',
      'sell_count bigint',
      'flat_count bigint',
      'buy_volume numeric',
      'sell_volume numeric',
      'net_score double precision',
      'ema_net_score_gauge double precision',
      'ema_net_score_vertical double precision',
      'ema_buying_ratio double precision',
      'avg_net_score_10sec double precision',
      'avg_net_score_60sec double precision',
      'avg_net_score_300sec double precision',
      'avg_activity_60sec double precision',
      'session_windows bigint',
      'updated_at timestamp with time zone',
    ])
  })

  it.skipIf(!hasTradingDay)(
    'gives the real day, spread over 16 shards and their origins, to the ninth digit',
    async () => {
      const expected = expectedWindows()
      await write(spreadWindows(market, tradingDayWindows(), { random: seededRandom(7), shards: SHARDS }))
      const actual = await shown("session_date = '2013-10-07' and source = 'core'")
      expect(actual.length).toBe(expected.length)
      expected.forEach((window, index) => {
        for (const [name, value] of Object.entries(window)) {
          expectNear(actual[index]?.[NAMES[name as keyof typeof NAMES] ?? name], value)
        }
        expect(actual[index]).toMatchObject({ session_windows: String(index + 1) })
      })
    },
  )

  it.skipIf(!hasTradingDay)('is what `marketAnalytics` computes of the same windows, to the last bit', async () => {
    await write(spreadWindows(market, tradingDayWindows(), { random: seededRandom(8), shards: SHARDS }))
    const computed = marketAnalytics(
      expectedWindows().map(({ buy_volume: bought = 0, sell_volume: sold = 0, ticks: activity = 0 }) => {
        return { bought, sold, activity, score: undefined }
      }),
    )
    const actual = await shown()
    expect(actual.map(analyticsOf)).toEqual(computed)
  })

  it('amends the window of a late tick and every later average of its session, and no other session', async () => {
    const [first, second, third] = [0, 10, 20].map((at) => startOf('2024-03-04T15:00:00Z') + at) as [
      number,
      number,
      number,
    ]
    const nextDay = startOf('2024-03-05T15:00:00Z')
    const on = (window: TestWindow, origin = older) => partOf(market, origin, window)
    await write([traded(first, 300, 100), traded(third, 100, 300), traded(nextDay, 500, 0)].map((window) => on(window)))
    const before = await shown()
    expect(before.map(({ session_date }) => session_date)).toEqual(['2024-03-04', '2024-03-04', '2024-03-05'])
    expectNear(before[1]?.['ema_net_score_gauge'], 50 + 0.3 * (-50 - 50))
    await write([on(traded(second, 0, 100)), on(traded(first, 400, 0), newer)])
    const after = await shown()
    expect(after.map(({ session_windows }) => session_windows)).toEqual(['1', '2', '3', '1'])
    expect(after[0]).toMatchObject({ ticks: '10', volume: '9.00', buy_volume: '7.00', sell_volume: '1.00' })
    expectNear(after[0]?.['net_score'], 75)
    const gauge = 75 + 0.3 * (-100 - 75)
    expectNear(after[1]?.['ema_net_score_gauge'], gauge)
    expectNear(after[2]?.['ema_net_score_gauge'], gauge + 0.3 * (-50 - gauge))
    expectNear(after[2]?.['avg_net_score_60sec'], (75 - 100 - 50) / 3)
    expect(after[3]).toEqual(before[2])
  })

  it('begins a session at midnight in New York, also on the days when the clocks change', async () => {
    const midnights = ['2024-03-10T05:00:00Z', '2024-03-11T04:00:00Z', '2024-11-03T04:00:00Z', '2024-11-04T05:00:00Z']
    const windows = midnights.flatMap((midnight) => [startOf(midnight) - 10, startOf(midnight)])
    await write(windows.map((start) => partOf(market, older, traded(start, 100, 0))))
    const dates = (await shown()).map(({ session_date, session_windows }) => `${session_date} ${session_windows}`)
    expect(dates).toEqual([
      '2024-03-09 1',
      '2024-03-10 1',
      '2024-03-10 2',
      '2024-03-11 1',
      '2024-11-02 1',
      '2024-11-03 1',
      '2024-11-03 2',
      '2024-11-04 1',
    ])
  })

  it('gives windows without a direction a score of 0, and leaves the buying ratio where it was', async () => {
    const start = startOf('2024-03-04T15:00:00Z')
    await write(
      [traded(start, 0, 0), traded(start + 10, 100, 0), traded(start + 20, 0, 0)].map((w) => partOf(market, older, w)),
    )
    const [empty, bought, after] = await shown()
    expect(empty).toMatchObject({ net_score: '0', ema_buying_ratio: '0.5' })
    expect(bought).toMatchObject({ net_score: '100', ema_buying_ratio: '0.65' })
    expect(after).toMatchObject({ net_score: '0', ema_buying_ratio: '0.65', ema_net_score_gauge: '21' })
  })

  it('shows the last calculation of an outside source in each window, beside the core', async () => {
    const start = startOf('2024-03-04T15:00:00Z')
    const calculated = (
      startSeconds: number,
      seconds: number,
      values: Record<string, number>,
      arrival = 1,
    ): TestWindow => {
      return { startSeconds, source: 'desk', values, event: { timeUs: (startSeconds + seconds) * 1e6, arrival } }
    }
    const early = { net_score: -99_500_000, activity_count: 7, buying_count: 1, selling_count: 9 }
    const late = { net_score: 33_333_333, activity_count: 40, buying_count: 30, selling_count: 10 }
    const quiet = { net_score: -12_000_000, activity_count: 10, buying_count: 0, selling_count: 0 }
    await write([
      partOf(market, older, calculated(start, 9, late)),
      { ...partOf(market, newer, calculated(start, 3, early, 12)), shard: 3 },
      partOf(market, newer, calculated(start + 10, 1, quiet)),
      partOf(market, older, calculated(start + 10, 1, late, 5)),
      partOf(market, older, traded(start, 100, 0)),
    ])
    const [first, second] = await shown("source = 'desk'")
    expect(first).toMatchObject({
      ticks: '0',
      volume: '0.00',
      buy_count: '30',
      sell_count: '10',
      net_score: '33.333333',
    })
    expectNear(first?.['ema_buying_ratio'], 0.5 + 0.3 * (0.75 - 0.5))
    expect(second).toMatchObject({ buy_count: '0', net_score: '-12', avg_activity_60sec: '25' })
    expectNear(second?.['ema_net_score_vertical'], 33.333333 + 0.2 * (1 + 10 / 40) * (-12 - 33.333333))
    expect(second?.['ema_buying_ratio']).toBe(first?.['ema_buying_ratio'])
    expect(await shown("source = 'core'")).toMatchObject([{ net_score: '100', session_windows: '1' }])
  })

  it('gives a range of times by `market_analytics_between`, with averages of the whole session', async () => {
    const start = startOf('2024-03-04T15:00:00Z')
    await write([0, 10, 20].map((at) => partOf(market, older, traded(start + at, 100 + at, 100))))
    const all = await shown()
    const range = `market_analytics_between('2024-03-04 15:00:10+00', '2024-03-04 15:00:20+00')`
    expect(await shown('true', range)).toEqual([all[1]])
  })

  it('reads one session by the index of sessions, whatever else there is', async () => {
    const plan = await database.db.connection().execute(async (connection) => {
      await sql`set enable_seqscan = off`.execute(connection)
      const ask = (from: string) =>
        sql<Record<string, string>>`explain select * from ${sql.raw(from)}`.execute(connection)
      const session = await ask(`market_analytics where session_date = '2024-03-04' and source = 'core'`)
      const range = await ask(`market_analytics_between('2024-03-04 15:00+00', '2024-03-04 16:00+00')`)
      return [session, range].map(({ rows }) => rows.map((row) => row['QUERY PLAN']).join('\n'))
    })
    const date = String.raw`\(\(window_start AT TIME ZONE 'America/New_York'::text\)\)::date`
    expect(plan[0]).toMatch(new RegExp(`Index Cond: .*${date} = '2024-03-04'::date\\) AND \\(source = 'core'::text`))
    expect(plan[1]).toMatch(new RegExp(`Index Cond: .*${date} >= .*${date} <= `))
    expect(plan[0]).toContain('market_parts_session')
    expect(plan[1]).toContain('market_parts_session')
  })
})

function analyticsOf(row: Shown): object {
  const number = (name: string) => Number(row[name])
  return {
    netScore: number('net_score'),
    emaNetScoreGauge: number('ema_net_score_gauge'),
    emaNetScoreVertical: number('ema_net_score_vertical'),
    emaBuyingRatio: number('ema_buying_ratio'),
    avgNetScore60Sec: number('avg_net_score_60sec'),
    avgNetScore300Sec: number('avg_net_score_300sec'),
    avgActivity60Sec: number('avg_activity_60sec'),
    sessionWindows: number('session_windows'),
  }
}
