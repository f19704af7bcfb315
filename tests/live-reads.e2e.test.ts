// Goal: a live read gives at any moment what the views would give if everything were synced at that moment.
// Method: random ticks over HTTP, syncs, changes of history and wipes; each answer is compared with the views after a sync.
import { seededRandom } from '@weir/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Json, type LiveBench, type LiveTick, openLiveBench } from './live-bench.ts'

const START_MS = Date.parse('2024-05-14T14:00:00Z')
const SESSION = '2024-05-14'
const NEXT_DAY_MS = START_MS + 86_400_000

const SESSIONS_VIEW = `
  select symbol, ticks::integer, volume::text, notional::text, open::text, high::text, low::text, close::text,
    high_count::integer, low_count::integer,
    to_char(first_tick_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as first_tick_at,
    to_char(last_tick_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as last_tick_at
  from sessions where session_date = '${SESSION}' order by symbol collate "C"`

const marketView = (source: string) => `
  select to_char(window_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as window_start,
    to_char(window_end at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as window_end,
    ticks::integer, volume::text, buy_count::integer, sell_count::integer, flat_count::integer, buy_volume::text,
    sell_volume::text, net_score, ema_net_score_gauge, ema_net_score_vertical, ema_buying_ratio, avg_net_score_10sec,
    avg_net_score_60sec, avg_net_score_300sec, avg_activity_60sec, session_windows::integer
  from market_analytics where session_date = '${SESSION}' and source = '${source}' order by 1 desc`

function tick(symbol: string, price: number, afterMs: number, volume = 10): LiveTick {
  return { symbol, price, volume, timestamp: START_MS + afterMs }
}

function sessionsOf({ body }: { body: Json }): Json[] {
  const sessions = body['sessions'] as Json[]
  return sessions.map((session) => Object.fromEntries(Object.entries(session).filter(([name]) => name !== 'synced')))
}

function windowsOf({ body }: { body: Json }): Json[] {
  const [core] = body['sources'] as { readonly source: string; readonly windows: Json[] }[]
  return core?.windows ?? []
}

describe('live reads', () => {
  let bench: LiveBench

  beforeAll(async () => {
    bench = await openLiveBench({ VOLUME_SCALE: '0.01' })
  })
  afterAll(() => bench[Symbol.asyncDispose]())

  it('are the views as of now, through late ticks, syncs, new histories and a wipe', async () => {
    const random = seededRandom(11)
    const symbols = ['AAPL', 'MSFT', 'SPY', 'IBM', 'BAC', 'Ünï😀', 'zz']
    for (let step = 0; step < 24; step++) {
      const ticks = Array.from({ length: random.integer(1, 30) }, () => {
        const late = random.chance(0.3) ? random.integer(0, 600_000) : 0
        const price = random.integer(9000, 9100) / 100
        return tick(random.pick(symbols), price, 600_000 + 4000 * step - late, random.integer(0, 500) / 100)
      })
      await bench.post(ticks)
      if (random.chance(0.25)) await bench.changeHistory()
      const [sessions, market] = await Promise.all([
        bench.get(`/v1/sessions?session=${SESSION}`),
        bench.get(`/v1/market?session=${SESSION}&limit=1000`),
      ])
      expect(sessions.body).toMatchObject({ session_date: SESSION, complete: true, next: null })
      expect(market.body).toMatchObject({ session_date: SESSION, complete: true })
      const isLast = step % 6 === 5
      if (!isLast && !random.chance(0.4)) continue
      await bench.sync()
      expect(sessionsOf(sessions)).toEqual(await bench.query(SESSIONS_VIEW))
      expect(windowsOf(market)).toEqual(await bench.query(marketView('core')))
      if (isLast) await bench.wipe()
      expect(windowsOf(await bench.get(`/v1/market?limit=1000`))).toEqual(windowsOf(market))
      expect(sessionsOf(await bench.get('/v1/sessions'))).toEqual(sessionsOf(sessions))
    }
    const [{ origins } = {}] = await bench.query('select count(distinct origin)::integer as origins from market_parts')
    expect(origins).toBeGreaterThan(12)
  })

  it('say of a symbol whether PostgreSQL has all of it', async () => {
    await bench.post([{ ...tick('NEW', 12.5, 0), timestamp: NEXT_DAY_MS }])
    const path = '/v1/sessions/NEW?session=2024-05-15'
    expect(await bench.get(path)).toEqual({
      status: 200,
      body: {
        session_date: '2024-05-15',
        complete: true,
        symbol: 'NEW',
        ticks: 1,
        volume: '10.00',
        notional: '125.000000',
        open: '12.5000',
        high: '12.5000',
        low: '12.5000',
        close: '12.5000',
        high_count: 0,
        low_count: 0,
        first_tick_at: '2024-05-15T14:00:00.000Z',
        last_tick_at: '2024-05-15T14:00:00.000Z',
        synced: false,
      },
    })
    await bench.sync()
    expect((await bench.get(path)).body).toMatchObject({ ticks: 1, synced: true })
    expect((await bench.get('/v1/sessions/NEW')).body).toMatchObject({ session_date: '2024-05-15' })
    const missing = await bench.get(`/v1/sessions/NEW?session=${SESSION}`)
    expect(missing).toMatchObject({ status: 404, body: { error: { code: 'WEIR_NOT_FOUND' } } })
  })

  it('show sources outside as the view does, each by itself', async () => {
    await using other = await openLiveBench()
    const random = seededRandom(3)
    for (let step = 0; step < 12; step++) {
      const calculations = Array.from({ length: 5 }, () => ({
        source: random.pick(['desk', 'lab']),
        net_score: random.integer(-1e8, 1e8) / 1e6,
        activity_count: random.integer(0, 50),
        buying_count: random.integer(0, 20),
        selling_count: random.integer(0, 20),
        timestamp: START_MS + random.integer(0, 60_000),
      }))
      await other.post(calculations, '/v1/calculations')
      await other.post([tick('SPY', 100 + step, 5000 * step)])
      if (random.chance(0.3)) await other.changeHistory()
      if (random.chance(0.3)) await other.sync()
    }
    const all = await other.get('/v1/market')
    const desk = await other.get('/v1/market?source=desk&limit=2')
    await other.sync()
    const sources = all.body['sources'] as { readonly source: string; readonly windows: Json[] }[]
    expect(sources.map(({ source }) => source)).toEqual(['core', 'desk', 'lab'])
    for (const { source, windows } of sources) expect(windows).toEqual(await other.query(marketView(source)))
    expect(windowsOf(desk)).toEqual(sources[1]?.windows.slice(0, 2))
  })

  it('page through the symbols of both stores in one order', async () => {
    await using other = await openLiveBench()
    const names = Array.from({ length: 25 }, (_, index) => `S${String(index).padStart(2, '0')}`)
    await other.post(names.filter((_, index) => index % 2 === 0).map((symbol) => tick(symbol, 1, 0)))
    await other.sync()
    await other.wipe()
    await other.post(names.filter((_, index) => index % 3 !== 2).map((symbol) => tick(symbol, 2, 1000)))
    const seen: string[] = []
    let after = ''
    do {
      const { body } = await other.get(`/v1/sessions?limit=4${after === '' ? '' : `&after=${after}`}`)
      const page = body['sessions'] as { readonly symbol: string }[]
      expect(page.length).toBeLessThanOrEqual(4)
      seen.push(...page.map(({ symbol }) => symbol))
      after = (body['next'] as string | null) ?? ''
    } while (after !== '')
    expect(seen).toEqual(names.filter((_, index) => index % 2 === 0 || index % 3 !== 2))
  })

  it('answer with nothing before the first tick', async () => {
    await using other = await openLiveBench()
    expect((await other.get('/v1/market')).body).toMatchObject({ complete: true, sources: [] })
    expect((await other.get('/v1/sessions')).body).toMatchObject({ complete: true, sessions: [], next: null })
  })
})

describe('live reads without PostgreSQL', () => {
  it('are answered from Redis, and say what may be missing; without a sync Redis has all there is', async () => {
    await using bench = await openLiveBench()
    await bench.post([tick('SPY', 100, 0), tick('SPY', 101, 1), tick('SPY', 99, 20_000)])
    await bench.sync()
    const away = await bench.anotherPod({ DATABASE_URL: 'postgres://weir@127.0.0.1:9/weir' })
    const alone = await bench.anotherPod({ ENABLE_DATABASE_SYNC: 'false' })
    const complete = await bench.get('/v1/market')
    for (const [url, isComplete] of [
      [away, false],
      [alone, true],
    ] as const) {
      const market = await bench.get(`${url}/v1/market`)
      expect(market.body['complete']).toBe(isComplete)
      expect(windowsOf(market)).toEqual(windowsOf(complete))
      expect((await bench.get(`${url}/v1/sessions/SPY`)).body).toMatchObject({ complete: isComplete, ticks: 3 })
      expect((await bench.get(`${url}/v1/sessions`)).body).toMatchObject({ complete: isComplete })
    }
    const reasons = (await bench.get(`${away}/v1/market`)).body['incomplete']
    expect(reasons).toEqual([expect.stringContaining('PostgreSQL cannot be read')])
    expect((await bench.get(`${away}/v1/sessions/IBM`)).status).toBe(503)
    expect((await bench.get(`${alone}/v1/sessions/IBM`)).status).toBe(404)
  })
})

describe('the routes of live reads', () => {
  it('ask for a token with the role read', async () => {
    const tokens = { ingest: 'i'.repeat(20), read: 'r'.repeat(20) }
    await using bench = await openLiveBench({ WEIR_TOKENS: `ingest:${tokens.ingest},read:${tokens.read}` })
    for (const path of ['/v1/market', '/v1/sessions', '/v1/sessions/SPY']) {
      expect((await bench.get(path)).status).toBe(401)
      expect((await bench.get(path, { authorization: `Bearer ${tokens.ingest}` })).status).toBe(403)
    }
    expect((await bench.get('/v1/market', { authorization: `Bearer ${tokens.read}` })).status).toBe(200)
  })

  it('refuse a parameter that is none, and say what would be', async () => {
    await using bench = await openLiveBench()
    for (const path of [
      '/v1/market?limit=0',
      '/v1/market?limit=9001',
      '/v1/market?session=2024-02-30',
      '/v1/market?source=%00',
      '/v1/market?symbol=SPY',
      '/v1/sessions?limit=1001',
      '/v1/sessions?after=a%1fb',
      '/v1/sessions/SPY%00aa',
      '/v1/sessions/SPY?session=yesterday',
    ]) {
      const { status, body } = await bench.get(path)
      expect([path, status]).toEqual([path, 400])
      expect(body).toMatchObject({ error: { code: 'WEIR_QUERY_INVALID' } })
    }
  })
})
