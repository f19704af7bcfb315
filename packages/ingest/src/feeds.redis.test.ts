import { type Accumulator, builtInLayout, type Layout, limbsToBigInt, vocabulary } from '@weir/accumulator'
import { describe, expect, it } from 'vitest'
import { SESSION_START_MS, startTestIngest, type TestIngest } from './testing/test-ingest.ts'

const SETTINGS = {
  SHARDS: 4,
  PRICE_SCALE: 4,
  VOLUME_SCALE: 0,
  SESSION_TIME_ZONE: 'America/New_York',
  MARKET_WINDOW_SECONDS: 10,
  BARS_SECONDS: 60,
  HIGH_LOW_MIN_MOVE_BPS: 0,
}

const words = vocabulary({ priceDigits: 4, volumeDigits: 0, sessionZone: 'America/New_York' })
const { accumulator, posted, window, count, sum, net, last, max, records, product } = words
const pageViews = accumulator({
  name: 'page_views',
  period: window({ seconds: 3600, column: 'hour' }),
  key: ['site', 'url'],
  from: posted('views', { texts: ['url', 'site'], measures: { bytes: 0, slowness: 3, credit: 2, weight: 0 } }),
  fields: {
    views: count(),
    bytes: sum('bytes'),
    weighted: sum(product('bytes', 'weight')),
    credit: net('credit'),
    latest_credit: last('credit'),
    slowest: max('slowness'),
    slowest_records: records('slowest'),
  },
})

const layout = builtInLayout(SETTINGS, [pageViews])
const T = SESSION_START_MS

/** The fields of one row over all shards, as integers at their scale; undefined where no shard has it. */
async function rowOf({ hot }: TestIngest, { accumulators, shards }: Layout, name: string, key: string, timeMs = T) {
  const found = accumulators.find((one) => one.name === name) as Accumulator
  const period = found.clock.idOf(timeMs * 1000)
  for (let shard = 0; shard < shards; shard++) {
    const { rows } = await hot.readRows(shard, name, period, { kind: 'keys', keys: [key] })
    const [row] = rows
    if (row === undefined) continue
    const value = (slot: number) => limbsToBigInt(row.row.slots[slot] as number, row.row.slots[slot + 1] as number)
    return Object.fromEntries(
      found.fieldList.map(({ name: field, slot, spec }) => [
        field,
        Number(value(slot)) - (spec.kind === 'net' ? Number(value(slot + 2)) : 0),
      ]),
    )
  }
  return undefined
}

const tick = (price: number, at: number, more: object = {}) => ({
  symbol: 'A',
  price,
  volume: 10,
  timestamp: T + at,
  ...more,
})

describe('ticks that update the volume alone', () => {
  it('count, and set no high, low or last', async () => {
    await using ingest = await startTestIngest({ layout })
    await ingest.post([tick(10, 0), tick(12, 1), tick(99, 2, { updates: 'volume' }), tick(11, 3, { updates: 'all' })])
    await ingest.send(
      '/v1/ticks',
      `symbol,price,volume,timestamp,updates\nA,1,10,${T + 4},volume\nA,12,10,${T + 5},\n`,
      {
        'content-type': 'text/csv',
      },
    )
    expect(await rowOf(ingest, layout, 'sessions', 'A')).toMatchObject({
      ticks: 6,
      volume: 60,
      open: 1e5,
      high: 12e4,
      low: 1e5,
      close: 12e4,
      high_count: 1,
      low_count: 0,
      previous_price: 12e4,
    })
    // The direction of one that sets no price is flat, and the next is judged by what came before it.
    expect(await rowOf(ingest, layout, 'market', 'core')).toMatchObject({ buy_count: 2, sell_count: 1, flat_count: 3 })
    expect(await rowOf(ingest, layout, 'bars', 'A')).toMatchObject({ trades: 6, high: 120_000 })
  })

  it('are refused where `updates` says something else', async () => {
    await using ingest = await startTestIngest({ layout })
    const { body } = await ingest.post([tick(10, 0, { updates: 'price' }), tick(10, 1, { updates: 7 })])
    expect(body).toMatchObject({ accepted: 0, errors: [{ index: 0, reason: 'updates is neither all nor volume' }, {}] })
  })
})

describe('POST /v1/events', () => {
  it('adds highs and lows that were detected elsewhere to the counts of the session', async () => {
    await using ingest = await startTestIngest({ layout })
    await ingest.post([tick(10, 0), tick(12, 1)])
    const { status, body } = await ingest.send('/v1/events', [
      { symbol: 'A', type: 'high', timestamp: T },
      { symbol: 'A', type: 'high', count: 4, timestamp: T },
      { symbol: 'A', type: 'low', count: '2', timestamp: T },
    ])
    expect({ status, body }).toMatchObject({ status: 200, body: { accepted: 3 } })
    expect(await rowOf(ingest, layout, 'sessions', 'A')).toMatchObject({ ticks: 2, high_count: 6, low_count: 2 })
  })

  it('counts an event once, however often its request is sent', async () => {
    await using ingest = await startTestIngest({ layout })
    const event = [{ symbol: 'A', type: 'low', timestamp: T }]
    const headers = { 'weir-producer': 'detector', 'weir-sequence': '1' }
    await ingest.send('/v1/events', event, headers)
    expect((await ingest.send('/v1/events', event, headers)).body).toMatchObject({ accepted: 0, duplicates: 1 })
    expect(await rowOf(ingest, layout, 'sessions', 'A')).toMatchObject({ low_count: 1 })
  })

  it('names what is wrong with an event', async () => {
    await using ingest = await startTestIngest({ layout })
    const { body } = await ingest.send('/v1/events', [
      { symbol: 'A', type: 'middle', timestamp: T },
      { symbol: 'A', type: 'high', count: -1, timestamp: T },
      { symbol: '', type: 'high', timestamp: T },
      { symbol: 'A', type: 'high' },
      7,
      { symbol: 'A', type: 'high', count: 1.5, timestamp: T },
    ])
    const reasons = (body.errors as { reason: string }[]).map(({ reason }) => reason)
    expect(reasons.slice(0, 5)).toEqual([
      'type is neither high nor low',
      'highs is negative, and a sum takes no negative value',
      'symbol is empty',
      'timestamp is missing',
      'is not an object',
    ])
    expect(reasons[5]).toMatch(/^highs /)
  })
})

describe('POST /v1/calculations', () => {
  it('keeps the last of each source and window, one as it is or many', async () => {
    await using ingest = await startTestIngest({ layout })
    const calculation = { source: 'desk', net_score: -12.5, activity_count: 9, buying_count: 4, selling_count: 5 }
    await ingest.send('/v1/calculations', JSON.stringify({ ...calculation, timestamp: T + 9 }))
    await ingest.send('/v1/calculations', [{ ...calculation, net_score: 1, timestamp: T + 3 }])
    expect(await rowOf(ingest, layout, 'market', 'desk')).toMatchObject({
      ticks: 0,
      net_score: -125e5,
      activity_count: 9,
      buying_count: 4,
      selling_count: 5,
    })
  })

  it('refuses the source of the ticks', async () => {
    await using ingest = await startTestIngest({ layout })
    const { body } = await ingest.send('/v1/calculations', [{ source: 'core', net_score: 1, timestamp: T }])
    expect(body).toMatchObject({ accepted: 0, errors: [{ index: 0, reason: 'source core is that of the ticks' }] })
  })
})

describe('POST /v1/records/NAME', () => {
  const view = { site: 'en', url: '/a', bytes: 100, slowness: 1.5, credit: 2.25, weight: 2, timestamp: T }

  it('feeds an accumulator of the user, of any kind of field, in JSON, NDJSON and CSV', async () => {
    await using ingest = await startTestIngest({ layout })
    await ingest.send('/v1/records/page_views', [view, { ...view, slowness: '2.5', credit: -4.5, timestamp: T + 1 }])
    await ingest.send('/v1/records/page_views', `${JSON.stringify({ ...view, slowness: 2.25 })}\n\n`, {
      'content-type': 'application/x-ndjson',
    })
    const csv = `timestamp,site,url,weight,credit,slowness,bytes,extra\n${T + 2},en,/a,1,0.25,3,50,x\n`
    expect((await ingest.send('/v1/records/page_views', csv, { 'content-type': 'text/csv' })).status).toBe(200)
    expect(await rowOf(ingest, layout, 'page_views', 'en\u001f/a')).toEqual({
      views: 4,
      bytes: 350,
      weighted: 650,
      credit: 25,
      latest_credit: 25,
      slowest: 3e3,
      slowest_records: 2,
    })
  })

  it('refuses what its fields cannot hold, record by record', async () => {
    await using ingest = await startTestIngest({ layout })
    const { body } = await ingest.send('/v1/records/page_views', [
      { ...view, bytes: -1 },
      { ...view, bytes: '9223372036854775808' },
      { ...view, bytes: '9223372036854775807', weight: '9223372036854775807' },
      { ...view, credit: 0.001 },
      { ...view, url: 'a\nb' },
      { ...view, url: 'x'.repeat(2001) },
      view,
    ])
    expect(body).toMatchObject({
      accepted: 1,
      errors: [
        { index: 0, reason: 'bytes is negative, and a sum takes no negative value' },
        { index: 1, reason: expect.stringMatching(/^bytes .*range/) },
        { index: 2, reason: 'bytes times weight is out of range' },
        { index: 3, reason: expect.stringMatching(/^credit /) },
        { index: 4, reason: 'url has a control character' },
        { index: 5, reason: 'the texts of the record have more than 2000 bytes' },
      ],
    })
  })

  it('names the accumulators that take records, where it is sent to another', async () => {
    await using ingest = await startTestIngest({ layout })
    for (const name of ['nothing', 'sessions']) {
      const { status, body } = await ingest.send(`/v1/records/${name}`, [view])
      expect({ status, body }).toMatchObject({
        status: 404,
        body: { error: { code: 'WEIR_ACCUMULATOR_UNKNOWN', message: expect.stringContaining('there are page_views') } },
      })
    }
  })
})
