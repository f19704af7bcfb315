// Goal: a late tick amends its window and every later EMA, also long after window and session left Redis; one that is older
// than allowed is refused, counted and shown; two pods that take alternate batches of one producer lose and double nothing.
import { Client } from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { type FaultWeir, startFaultWeir } from './faults.ts'
import { assertSucceeded, runCli, startWeirProcess, until } from './weir-processes.ts'

const START_MS = 1_381_152_600_000
const WINDOW_MS = 10_000

interface Tick {
  readonly symbol: string
  readonly price: number
  readonly volume: number
  readonly timestamp: number
}

let weir: FaultWeir
afterEach(() => weir.stop(), 60_000)

async function send(url: string, ticks: readonly Tick[], first: number): Promise<Record<string, unknown>> {
  const answer = await fetch(`${url}/v1/ticks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'weir-producer': 'late', 'weir-sequence': String(first) },
    body: JSON.stringify(ticks),
  })
  expect(answer.status).toBe(200)
  return (await answer.json()) as Record<string, unknown>
}

async function sync(): Promise<void> {
  assertSucceeded(await runCli(['sync', '--json'], weir.servers.env), weir.sync.log())
}

/** Counts, net score and the slower EMA of each window, from the view. */
async function windows(): Promise<Record<string, number>[]> {
  const client = new Client({ connectionString: weir.servers.databaseUrl })
  await client.connect()
  const { rows } = await client.query<Record<string, string>>(`
    SELECT extract(epoch FROM window_start) * 1000 AS start_ms, ticks, buy_count, sell_count, flat_count, buy_volume,
      sell_volume, net_score, ema_net_score_gauge FROM market_analytics WHERE source = 'core' ORDER BY window_start`)
  await client.end()
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)])))
}

/** The same, tick by tick in the order of arrival. */
function expectedWindows(ticks: readonly Tick[]): Record<string, number>[] {
  const previous = new Map<string, number>()
  const byStart = new Map<number, Record<string, number>>()
  for (const { symbol, price, volume, timestamp } of ticks) {
    const start = Math.floor(timestamp / WINDOW_MS) * WINDOW_MS
    const counts = { ticks: 0, buy_count: 0, sell_count: 0, flat_count: 0, buy_volume: 0, sell_volume: 0 }
    const row = byStart.get(start) ?? { start_ms: start, ...counts }
    byStart.set(start, row)
    const before = previous.get(symbol) ?? price
    previous.set(symbol, price)
    const add = (name: string, by: number) => (row[name] = (row[name] ?? 0) + by)
    add('ticks', 1)
    add(price > before ? 'buy_count' : price < before ? 'sell_count' : 'flat_count', 1)
    if (price !== before) add(price > before ? 'buy_volume' : 'sell_volume', volume)
  }
  let ema: number | undefined
  return [...byStart.values()]
    .toSorted((a, b) => (a.start_ms ?? 0) - (b.start_ms ?? 0))
    .map((row) => {
      const { buy_volume: buy = 0, sell_volume: sell = 0 } = row
      const score = buy + sell === 0 ? 0 : (100 * (buy - sell)) / (buy + sell)
      ema = ema === undefined ? score : 0.3 * score + 0.7 * ema
      return { ...row, net_score: score, ema_net_score_gauge: ema }
    })
}

function expectClose(found: Record<string, number>[], expected: Record<string, number>[]): void {
  expect(found.length).toBe(expected.length)
  for (const [index, row] of expected.entries()) {
    for (const [name, value] of Object.entries(row)) expect(found[index]?.[name]).toBeCloseTo(value, 9)
  }
}

function someTicks(count: number): Tick[] {
  return Array.from({ length: count }, (_, index) => ({
    symbol: `S${index % 3}`,
    price: 100 + ((index * 7) % 11),
    volume: 1 + (index % 5),
    timestamp: START_MS + index * 1700,
  }))
}

describe('a late tick', () => {
  it('amends its window and every later EMA, after all of it left Redis', { timeout: 180_000 }, async () => {
    const often = { SESSION_ACCUMULATION_INTERVAL: '1', ANALYTICS_DATABASE_SYNC_SECONDS: '1' }
    weir = await startFaultWeir({ ...often, PERIOD_IDLE_SECONDS: '1', SHARDS: '4', LOG_LEVEL: 'warn' })
    const ticks = someTicks(60)
    await send(weir.ingest.url, ticks, 1)
    await sync()
    expectClose(await windows(), expectedWindows(ticks))
    await until('every period has left Redis', 60_000, async () => {
      const { stdout } = await runCli(['status', '--json'], weir.servers.env)
      const { redis } = JSON.parse(stdout) as { redis: { accumulators: { periods: number }[] } }
      return redis.accumulators.every(({ periods }) => periods === 0)
    })
    const late = [
      { symbol: 'S1', price: 90, volume: 500, timestamp: START_MS + 12_000 },
      { symbol: 'S2', price: 200, volume: 9, timestamp: START_MS + 55_000 },
    ]
    await send(weir.ingest.url, late, 61)
    await sync()
    expectClose(await windows(), expectedWindows([...ticks, ...late]))
    expect((await runCli(['verify', '--json'], weir.servers.env)).code).toBe(0)
  })

  it('that is older than allowed is refused, counted and shown', { timeout: 120_000 }, async () => {
    weir = await startFaultWeir({ MAX_TICK_AGE_SECONDS: '3600', LOG_LEVEL: 'warn' })
    const now = { symbol: 'A', price: 1, volume: 1, timestamp: Date.now() }
    const answer = await send(weir.ingest.url, [now, { ...now, timestamp: Date.now() - 3_700_000 }], 1)
    const reason = 'timestamp is older than 3600 s (MAX_TICK_AGE_SECONDS)'
    expect(answer).toMatchObject({ accepted: 1, rejected: 1, errors: [{ index: 1, reason }] })
    const health = (await (await fetch(`${weir.ingest.url}/health`)).json()) as Record<string, unknown>
    expect(JSON.stringify(health)).toMatch(/"[a-z_]*rejected[a-z_]*":1/)
  })
})

describe('two pods', () => {
  it('that take alternate batches of one producer lose and double nothing', { timeout: 180_000 }, async () => {
    weir = await startFaultWeir({ ANALYTICS_DATABASE_SYNC_SECONDS: '1', LOG_LEVEL: 'warn' })
    const other = await startWeirProcess('ingest', weir.servers.env)
    const ticks = someTicks(3000)
    const pods = [weir.ingest.url, other.url]
    for (let from = 0, batch = 0; from < ticks.length; from += 37, batch++) {
      await send(pods[batch % 2] as string, ticks.slice(from, from + 37), from + 1)
      // Sent again to the other: it knows them.
      const again = await send(pods[(batch + 1) % 2] as string, ticks.slice(from, from + 37), from + 1)
      expect(again).toMatchObject({ accepted: 0 })
    }
    await sync()
    await other.stop()
    expectClose(await windows(), expectedWindows(ticks))
    assertSucceeded(await runCli(['verify', '--json'], weir.servers.env))
  })
})
