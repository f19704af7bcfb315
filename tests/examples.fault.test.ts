// Goal: the examples work from their one file, through kill -9 of everything. Method: a producer that resends what was not
// acknowledged while ingest, Redis and sync are killed; then the view is what an independent loop over the records gives.
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { type FaultWeir, startFaultWeir } from './faults.ts'
import { assertSucceeded, runCli, type WeirProcess } from './weir-processes.ts'

const START_MS = 1_381_152_600_000
const BATCHES = 24
const BATCH = 25

let weir: FaultWeir
afterEach(() => weir.stop(), 60_000)

const start = async (example: string) => {
  const file = fileURLToPath(new URL(`../examples/${example}/accumulators.ts`, import.meta.url))
  weir = await startFaultWeir({ WEIR_ACCUMULATORS: file, SESSION_ACCUMULATION_INTERVAL: '1', LOG_LEVEL: 'warn' })
}

/** Sends until it is acknowledged, whatever is killed meanwhile. */
async function sendUntilTaken(path: string, producer: string, first: number, body: object[]): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    const answer = await fetch(`${weir.ingest.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'weir-producer': producer, 'weir-sequence': String(first) },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    }).catch(() => undefined)
    if (answer?.status === 200) return
    if (answer !== undefined && answer.status < 500) throw new Error(`${answer.status} ${await answer.text()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${path} was never taken: ${weir.ingest.log()}`)
}

/** Sends all, in numbered batches, and kills one process after the other on the way. */
async function feedThroughKills(path: string, records: readonly object[]): Promise<void> {
  const victims = ['ingest', 'redis', 'sync', 'redis', 'ingest', 'sync'] as const
  let killing: Promise<void> = Promise.resolve()
  for (let batch = 0; batch < BATCHES; batch++) {
    const victim = batch % 4 === 1 ? victims[Math.floor(batch / 4) % victims.length] : undefined
    if (victim !== undefined) {
      await killing
      killing = kill(victim)
    }
    const from = batch * BATCH
    await sendUntilTaken(path, `example${path}`, from + 1, records.slice(from, from + BATCH))
  }
  await killing
}

async function kill(victim: 'ingest' | 'redis' | 'sync'): Promise<void> {
  const target = { ...weir, redis: weir.servers.redis }[victim]
  await target.crash()
  await (victim === 'redis' ? weir.servers.redis.start() : (target as WeirProcess).restart())
}

async function settledView(sql: string): Promise<Record<string, string>[]> {
  assertSucceeded(await runCli(['sync', '--json'], weir.servers.env), weir.sync.log())
  const verified = await runCli(['verify', '--json'], weir.servers.env)
  assertSucceeded({ ...verified, stdout: verified.stdout.slice(0, 2000) })
  const client = new Client({ connectionString: weir.servers.databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, string>>(sql)
    return rows
  } finally {
    await client.end()
  }
}

describe('the example of page views', () => {
  it('counts each view once, in every kind of field', { timeout: 180_000 }, async () => {
    await start('page-views')
    const views = Array.from({ length: BATCHES * BATCH }, (_, index) => ({
      site: index % 3 === 0 ? 'en' : 'de',
      url: `/page/${index % 7}`,
      bytes: 100 + (index % 11),
      duration_ms: ((index * 7919) % 1000) / 8,
      votes: (index % 5) - 2,
      status: 200 + (index % 4),
      timestamp: START_MS + index * 9000,
    }))
    await feedThroughKills('/v1/records/page_views', views)
    const rows = await settledView(`
      SELECT to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24') AS hour, site, url, views::int, bytes::int, votes::int,
        slowest_ms::float8, slowest_records::int, last_status::int FROM page_views ORDER BY hour, site, url`)
    expect(rows).toEqual(expectedViews(views))
    const status = await runCli(['status', '--json'], weir.servers.env)
    expect(status.stdout).toContain('page_views')
  })
})

function expectedViews(
  views: readonly {
    site: string
    url: string
    timestamp: number
    bytes: number
    duration_ms: number
    votes: number
    status: number
  }[],
) {
  const byKey = Map.groupBy(views, ({ site, url, timestamp }) =>
    JSON.stringify([new Date(timestamp).toISOString().slice(0, 13), site, url]),
  )
  const rows = [...byKey].map(([name, ofKey]) => {
    const [hour, site, url] = JSON.parse(name) as [string, string, string]
    let slowest = ofKey[0]?.duration_ms ?? 0
    let records = 0
    for (const { duration_ms } of ofKey) {
      if (duration_ms > slowest) records++
      slowest = Math.max(slowest, duration_ms)
    }
    return {
      hour,
      site,
      url,
      views: ofKey.length,
      bytes: ofKey.reduce((sum, { bytes }) => sum + bytes, 0),
      votes: ofKey.reduce((sum, { votes }) => sum + votes, 0),
      slowest_ms: slowest,
      slowest_records: records,
      last_status: ofKey.at(-1)?.status,
    }
  })
  return rows.toSorted((a, b) => (`${a.hour} ${a.site} ${a.url}` < `${b.hour} ${b.site} ${b.url}` ? -1 : 1))
}

describe('the example of order flow', () => {
  it('judges each tick once, and adds what others report', { timeout: 180_000 }, async () => {
    await start('order-flow')
    const ticks = Array.from({ length: BATCHES * BATCH }, (_, index) => ({
      symbol: `S${index % 5}`,
      price: 100 + ((index * 31) % 17),
      volume: 1 + ((index * 13) % 29),
      timestamp: START_MS + index * 400,
    }))
    await feedThroughKills('/v1/ticks', ticks)
    const report = { symbol: 'S1', flow: -12.5, confidence: 0.75, timestamp: START_MS }
    await sendUntilTaken('/v1/records/order_flow', 'desk', 1, [
      report,
      { ...report, flow: 2.25, timestamp: START_MS + 1 },
    ])
    const rows = await settledView(`
      SELECT extract(epoch FROM minute)::int AS minute, symbol, trades::int, upticks::int, downticks::int, bought::int,
        sold::int, last_price::float8, largest_trade::int, largest_trades::int, reported_flow::float8, confidence::float8
      FROM order_flow ORDER BY minute, symbol COLLATE "C"`)
    expect(rows).toEqual(expectedFlow(ticks))
  })
})

function expectedFlow(ticks: readonly { symbol: string; price: number; volume: number; timestamp: number }[]) {
  const rows = new Map<string, ReturnType<typeof emptyFlow>>()
  const previous = new Map<string, number>()
  for (const { symbol, price, volume, timestamp } of ticks) {
    const minute = Math.floor(timestamp / 60_000) * 60
    const name = `${minute} ${symbol}`
    const row = rows.get(name) ?? emptyFlow(minute, symbol)
    rows.set(name, row)
    const before = previous.get(symbol) ?? price
    previous.set(symbol, price)
    row.trades++
    if (price > before) [row.upticks, row.bought] = [row.upticks + 1, row.bought + volume]
    if (price < before) [row.downticks, row.sold] = [row.downticks + 1, row.sold + volume]
    row.last_price = price
    if (row.trades > 1 && volume > row.largest_trade) row.largest_trades++
    row.largest_trade = Math.max(row.largest_trade, volume)
  }
  const reported = rows.get(`${START_MS / 1000 - ((START_MS / 1000) % 60)} S1`)
  if (reported !== undefined) Object.assign(reported, { reported_flow: -10.25, confidence: 0.75 })
  return [...rows.values()].toSorted((a, b) => a.minute - b.minute || (a.symbol < b.symbol ? -1 : 1))
}

function emptyFlow(minute: number, symbol: string) {
  return {
    minute,
    symbol,
    trades: 0,
    upticks: 0,
    downticks: 0,
    bought: 0,
    sold: 0,
    last_price: 0,
    largest_trade: 0,
    largest_trades: 0,
    reported_flow: 0,
    confidence: null as number | null,
  }
}
