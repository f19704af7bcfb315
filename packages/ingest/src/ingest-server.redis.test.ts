import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  SESSION_START_MS,
  someTicks,
  startTestIngest,
  storedSums,
  sumsOf,
  type TestIngest,
} from './testing/test-ingest.ts'

const BODY_BYTES_MAX = 64 * 1024
const SPY = { symbol: 'SPY', price: 167.41, volume: 100, timestamp: SESSION_START_MS }
const CSV = { 'content-type': 'text/csv' }
const NDJSON = { 'content-type': 'application/x-ndjson' }
const GZIP = { 'content-encoding': 'gzip' }

let ingest: TestIngest
beforeAll(async () => {
  ingest = await startTestIngest({ limits: { bodyBytesMax: BODY_BYTES_MAX } })
})
afterAll(() => ingest.stop())

/** What a request did to the rows, beside its reply. */
async function sendingChanges(send: () => Promise<unknown>): Promise<boolean> {
  const before = await storedSums(ingest.hot, ingest.layout)
  await send()
  return JSON.stringify(await storedSums(ingest.hot, ingest.layout)) !== JSON.stringify(before)
}

describe('POST /v1/ticks', () => {
  it.each<[string, string | Buffer, Record<string, string>]>([
    ['JSON', JSON.stringify(someTicks(3)), {}],
    ['JSON with a charset', JSON.stringify(someTicks(3)), { 'content-type': 'application/json; charset=utf-8' }],
    [
      'NDJSON',
      someTicks(3)
        .map((tick) => JSON.stringify(tick))
        .join('\n'),
      NDJSON,
    ],
    [
      'CSV',
      `symbol,price,volume,timestamp\n${someTicks(3)
        .map((tick) => Object.values(tick).join(','))
        .join('\r\n')}`,
      CSV,
    ],
    ['gzipped JSON', gzipSync(JSON.stringify(someTicks(3))), GZIP],
    [
      'gzipped NDJSON',
      gzipSync(
        someTicks(3)
          .map((tick) => JSON.stringify(tick))
          .join('\n'),
      ),
      { ...NDJSON, ...GZIP },
    ],
    [
      'gzipped CSV',
      gzipSync('symbol,price,volume,timestamp\nS0,1,1,1\nS1,1,1,2\nS2,1,1,3'),
      { ...CSV, 'content-encoding': 'x-gzip' },
    ],
  ])('takes %s', async (_name, body, headers) => {
    expect(await ingest.post(body, headers)).toMatchObject({
      status: 200,
      body: { ticks: 3, accepted: 3, duplicates: 0, rejected: 0, errors: [] },
    })
  })

  it('has the ticks in Redis when it answers', async () => {
    await using other = await startTestIngest()
    const ticks = someTicks(500)
    expect(await other.post(ticks)).toMatchObject({ status: 200, body: { accepted: 500 } })
    expect(await storedSums(other.hot, other.layout)).toEqual(sumsOf(ticks))
  })

  it('answers an empty body or array with zeros', async () => {
    const zeros = { status: 200, body: { ticks: 0, accepted: 0, duplicates: 0, rejected: 0, errors: [] } }
    expect(await ingest.post('')).toMatchObject(zeros)
    expect(await ingest.post('', GZIP)).toMatchObject(zeros)
    expect(await ingest.post([])).toMatchObject(zeros)
    expect(await ingest.post('', CSV)).toMatchObject(zeros)
    const bare = await fetch(`${ingest.url}/v1/ticks`, { method: 'POST' })
    expect(await bare.json()).toEqual(zeros.body)
  })

  it('answers each bad tick with its index and reason, and counts the good ones beside it', async () => {
    const ahead = Date.now() + 61_000
    const bad: [unknown, string][] = [
      [{ ...SPY, symbol: undefined }, 'symbol is missing'],
      [{ ...SPY, price: undefined }, 'price is missing'],
      [{ ...SPY, volume: null }, 'volume is missing'],
      [{ ...SPY, timestamp: undefined }, 'timestamp is missing'],
      [{ ...SPY, price: 0 }, 'price is not positive'],
      [{ ...SPY, price: -1 }, 'price is not positive'],
      [{ ...SPY, volume: -1 }, 'volume is negative'],
      [{ ...SPY, price: 'NaN' }, 'price is not a decimal number'],
      [{ ...SPY, price: 1.23456 }, 'price is finer than 1e-4'],
      [{ ...SPY, symbol: 'A'.repeat(33) }, 'symbol has more than 32 characters'],
      [{ ...SPY, symbol: 'A\u0007' }, 'symbol has a control character'],
      [{ ...SPY, symbol: 'A\ud800' }, 'symbol has half a surrogate pair'],
      [{ ...SPY, timestamp: 0 }, 'timestamp is not positive'],
      [{ ...SPY, timestamp: 'now' }, 'timestamp is not a decimal number'],
      [{ ...SPY, timestamp: ahead }, 'timestamp is more than 60 s ahead of the clock (MAX_CLOCK_AHEAD_SECONDS)'],
      ['SPY', 'is not an object with symbol, price, volume and timestamp'],
    ]
    const { status, body } = await ingest.post([SPY, ...bad.map(([tick]) => tick), SPY])
    expect(status).toBe(200)
    expect(body).toMatchObject({ ticks: 18, accepted: 2, duplicates: 0, rejected: 16 })
    expect(body.errors).toEqual(bad.map(([, reason], index) => ({ index: index + 1, reason })))
  })

  it('answers a JSON number that is not finite as a bad tick', async () => {
    const { body } = await ingest.post('[{"symbol":"SPY","price":1e999,"volume":1,"timestamp":1}]')
    expect(body.errors).toEqual([{ index: 0, reason: 'price is not finite' }])
  })

  it('takes all or nothing when strict', async () => {
    const ticks = [SPY, { ...SPY, price: -1 }]
    const changed = await sendingChanges(async () => {
      expect(await ingest.post(ticks, {}, '?strict=true')).toMatchObject({
        status: 422,
        body: {
          error: {
            code: 'WEIR_BAD_TICKS',
            accepted: 0,
            rejected: 1,
            errors: [{ index: 1, reason: 'price is not positive' }],
          },
        },
      })
    })
    expect(changed).toBe(false)
    expect(await ingest.post([SPY], {}, '?strict=true')).toMatchObject({ status: 200, body: { accepted: 1 } })
    expect(await ingest.post([SPY], {}, '?strict=perhaps')).toMatchObject({
      status: 400,
      body: { error: { code: 'WEIR_QUERY_INVALID' } },
    })
  })
})

describe('a body that cannot be read', () => {
  const truncated = gzipSync(JSON.stringify(someTicks(9))).subarray(0, -9)
  const invalid = 'WEIR_BODY_INVALID'
  it.each<[string, string | Buffer, Record<string, string>, number, string]>([
    ['JSON that breaks off', '[{"symbol":"SPY"', {}, 400, invalid],
    ['JSON that is no array', '{"ticks":[]}', {}, 400, invalid],
    ['NDJSON with a line that is no JSON', `${JSON.stringify(SPY)}\nSPY`, NDJSON, 400, invalid],
    ['CSV without a header', 'SPY,1,1,1', CSV, 400, invalid],
    ['CSV with an open quote', 'symbol,price,volume,timestamp\n"SPY,1,1,1', CSV, 400, invalid],
    ['bytes that are no UTF-8', Buffer.from([0x5b, 0xff, 0x5d]), {}, 400, invalid],
    ['gzip that is cut', truncated, GZIP, 400, invalid],
    ['gzip that is none', '[]', GZIP, 400, invalid],
    ['a type that is not taken', 'SPY', { 'content-type': 'text/plain' }, 415, 'WEIR_MEDIA_TYPE_UNSUPPORTED'],
    ['an encoding that is not taken', 'SPY', { 'content-encoding': 'br' }, 415, 'WEIR_MEDIA_TYPE_UNSUPPORTED'],
    [
      'another charset',
      '[]',
      { 'content-type': 'application/json; charset=utf-16' },
      415,
      'WEIR_MEDIA_TYPE_UNSUPPORTED',
    ],
    ['more bytes than allowed', ' '.repeat(BODY_BYTES_MAX + 1), {}, 413, 'WEIR_BODY_TOO_LARGE'],
    [
      'more bytes than allowed after gunzip',
      gzipSync(' '.repeat(BODY_BYTES_MAX + 1)),
      GZIP,
      413,
      'WEIR_BODY_TOO_LARGE',
    ],
  ])('such as %s is refused and changes nothing', async (_name, body, headers, status, code) => {
    const changed = await sendingChanges(async () => {
      expect(await ingest.post(body, headers)).toMatchObject({ status, body: { error: { code } } })
    })
    expect(changed).toBe(false)
  })

  it('is told where it breaks, and which types are taken', async () => {
    const json = await ingest.post('[\n{"symbol":}]')
    expect(json.body.error.message).toBe('the body is not valid JSON at position 12 (line 2): unexpected "}"')
    const lines = await ingest.post(`${JSON.stringify(SPY)}\n{"symbol":}`, NDJSON)
    expect(lines.body.error.message).toBe('the body is not valid JSON in line 2 at position 10: unexpected "}"')
    const xml = await ingest.post('<ticks/>', { 'content-type': 'application/xml' })
    expect(xml.body.error.accepted).toEqual(['application/json', 'application/x-ndjson', 'text/csv'])
  })

  it('may be as large as allowed, before and after gunzip', async () => {
    const body = `[${' '.repeat(BODY_BYTES_MAX - 2)}]`
    expect(await ingest.post(body)).toMatchObject({ status: 200 })
    expect(await ingest.post(gzipSync(body), GZIP)).toMatchObject({ status: 200 })
  })
})

describe('GET /health and /readyz', () => {
  it('tell depth, counts and what Redis promises', async () => {
    await using other = await startTestIngest({ limits: { depthIntervalMs: 20 } })
    await other.post([SPY, { ...SPY, price: 0 }])
    const { body } = await other.get('/health')
    expect(body).toMatchObject({
      memory_buffer_size: 1,
      dirty_items_count: 1,
      memory_usage_mb: 3,
      redis_persistence: 'aof always',
      maxmemory_policy: 'noeviction',
      requests: 1,
      accepted: 1,
      duplicates: 0,
      rejected: 1,
    })
    await expect.poll(async () => (await other.get('/health')).body.oldest_dirty_age_seconds).toBeGreaterThan(0)
    expect(await other.get('/readyz')).toMatchObject({ status: 200 })
  })
})

describe('with tokens', () => {
  const tokens = [
    { role: 'ingest', token: 'i'.repeat(16) },
    { role: 'read', token: 'r'.repeat(16) },
  ] as const

  it('ticks are taken, and marks told, by the role ingest only', async () => {
    await using guarded = await startTestIngest({ tokens })
    const [asIngest, asRead] = tokens.map(({ token }) => ({ authorization: `Bearer ${token}` }))
    expect((await guarded.post([SPY])).status).toBe(401)
    expect((await guarded.post([SPY], asRead)).status).toBe(403)
    expect((await guarded.post([SPY], asIngest)).status).toBe(200)
    expect((await guarded.get('/v1/producers/feed', asRead)).status).toBe(403)
    expect((await guarded.get('/v1/producers/feed', asIngest)).status).toBe(200)
  })
})

describe('bodies that are still being read', () => {
  it('are bounded together: more are refused until there is room', async () => {
    await using small = await startTestIngest({ limits: { bodyBytesMax: 1000, bodyBytesPendingMax: 1500 } })
    const slow = request(`${small.url}/v1/ticks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '1000' },
    })
    slow.on('error', () => undefined)
    slow.flushHeaders()
    const body = JSON.stringify([SPY]).padEnd(900)
    await expect.poll(async () => (await small.post(body)).status).toBe(503)
    slow.destroy()
    await expect.poll(async () => (await small.post(body)).status).toBe(200)
  })
})
