import { tickInput } from '@weir/accumulator'
import { describe, expect, it } from 'vitest'
import type { BodyFormat } from './body-format.ts'
import { decode } from './decode.ts'
import type { TickBatch } from './tick-batch.ts'

const input = tickInput({ priceDigits: 4, volumeDigits: 0 })
const SPY = { symbol: 'SPY', price: 167.41, volume: 100, timestamp: 1_381_132_800_464 }
const IBM = { symbol: 'IBM', price: '184.1234', volume: '7', timestamp: '1381132800464.125' }
const HEADER = 'symbol,price,volume,timestamp\n'

function read(body: string | object, format: BodyFormat = 'json'): TickBatch {
  return decode(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), format, input)
}

/** The events as plain tuples: ordinal, time, symbol, price, volume. */
function eventsOf({ events }: TickBatch): unknown[] {
  return Array.from(events.indexes(), (index) => {
    const measure = (column: number) => events.measures[column]?.at(index)
    return [events.ordinal[index], events.timeUs[index], events.texts[0]?.at(index), measure(0), measure(1)]
  })
}

const BOTH = [
  [0, 1_381_132_800_464_000, 'SPY', 1_674_100n, 100n],
  [1, 1_381_132_800_464_125, 'IBM', 1_841_234n, 7n],
]

describe('decoding', () => {
  it.each<[BodyFormat, string]>([
    ['json', JSON.stringify([SPY, IBM])],
    ['ndjson', `${JSON.stringify(SPY)}\r\n\n${JSON.stringify(IBM)}`],
    ['csv', `${HEADER}SPY,167.4100,100,1381132800464\nIBM,184.1234,7,1381132800464.125`],
    [
      'csv',
      'timestamp,"volume",venue,symbol,price\r\n1381132800464,100,X,"SPY",167.41\r\n1381132800464.125,7,"a, b",IBM,184.1234\r\n',
    ],
  ])('gives the same columns for %s', (format, body) => {
    const batch = read(body, format)
    expect(eventsOf(batch)).toEqual(BOTH)
    expect(batch).toMatchObject({ ticks: 2, rejections: { count: 0, first: [] } })
  })

  it('gives no ticks for an empty body or array', () => {
    for (const format of ['json', 'ndjson', 'csv'] as const) expect(read('', format).ticks).toBe(0)
    expect(read('[]').ticks).toBe(0)
    expect(read(HEADER, 'csv').ticks).toBe(0)
  })

  it('keeps volumes and prices exact to int64 when they are text', () => {
    const batch = read([
      { ...SPY, price: '922337203685477.5807', volume: '1' },
      { ...SPY, price: '0.0001', volume: '9223372036854775807' },
    ])
    expect(eventsOf(batch)).toEqual([
      [0, 1_381_132_800_464_000, 'SPY', 2n ** 63n - 1n, 1n],
      [1, 1_381_132_800_464_000, 'SPY', 1n, 2n ** 63n - 1n],
    ])
  })

  it('sets bad ticks apart, and keeps the good ones beside them under their own ordinals', () => {
    const batch = read([SPY, { ...SPY, price: 0 }, null, [1], { ...SPY, symbol: '' }, IBM])
    expect(eventsOf(batch).map((event) => (event as unknown[])[0])).toEqual([0, 5])
    expect(batch.ticks).toBe(6)
    expect(batch.rejections.first).toEqual([
      { index: 1, reason: 'price is not positive' },
      { index: 2, reason: 'is not an object with symbol, price, volume and timestamp' },
      { index: 3, reason: 'is not an object with symbol, price, volume and timestamp' },
      { index: 4, reason: 'symbol is empty' },
    ])
  })

  it('counts all bad ticks and shows the first hundred', () => {
    const { rejections } = read(Array.from({ length: 250 }, () => 1))
    expect(rejections.count).toBe(250)
    expect(rejections.first).toHaveLength(100)
    expect(rejections.first.at(-1)?.index).toBe(99)
  })

  it('rejects a CSV line with another number of fields than its header', () => {
    const { rejections } = read(`${HEADER}SPY,1,2\nSPY,1,2,3,4\nSPY,,2,3`, 'csv')
    expect(rejections.first.map(({ reason }) => reason)).toEqual([
      'has 3 fields, its header 4',
      'has 5 fields, its header 4',
      'price is missing',
    ])
  })

  it.each<[BodyFormat, string, string]>([
    ['json', '{"symbol":"SPY"}', 'not a JSON array'],
    ['json', '{"ticks":[]}', 'not a JSON array'],
    ['json', '   ', 'at position 3 (line 1): it ends too early'],
    ['json', '[{"symbol":"SPY"},\n{]', 'at position 20 (line 2): unexpected "]"'],
    ['json', '[{"symbol":"SPY"}', 'it ends too early'],
    ['ndjson', `${JSON.stringify(SPY)}\n{"symbol":\n`, 'in line 2 at position 10: it ends too early'],
    ['csv', 'SPY,1,2,3\n', 'the CSV header has no column symbol'],
    ['csv', 'symbol,price,volume\n', 'has no column timestamp'],
    ['csv', 'symbol,price,volume,timestamp,price\n', 'has more than one column price'],
    ['csv', '\n\n', 'the CSV has no header'],
    ['csv', `${HEADER}"SPY,1,2,3`, 'line 2 is not closed'],
  ])('refuses %s that cannot be parsed, saying where', (format, body, message) => {
    expect(() => read(body, format)).toThrow(message)
  })
})
