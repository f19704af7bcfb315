import { tickInput } from '@weir/accumulator'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BodyFormat } from './body-format.ts'
import { decode } from './decode.ts'
import { readCsv } from './read-csv.ts'
import { addElement, jsonLines, readJson } from './read-json.ts'
import { scanCsv } from './scan-csv.ts'
import { scanJson, scanNdjson } from './scan-json.ts'
import type { TickBatch } from './tick-batch.ts'
import { TickReader } from './tick-reader.ts'
import { decodeUtf8 } from './utf8.ts'

const input = tickInput({ priceDigits: 4, volumeDigits: 0 })

/** The way over text alone, which says what is right. */
const BY_TEXT: Readonly<Record<BodyFormat, (text: string) => TickBatch>> = {
  json: (text) => readBy((reader) => readJson(text, reader)),
  csv: (text) => readBy((reader) => readCsv(text, reader)),
  ndjson: (text) =>
    readBy((reader) => {
      for (const element of jsonLines(text)) addElement(reader, element)
    }),
}

function readBy(read: (reader: TickReader) => void): TickBatch {
  const reader = new TickReader(input)
  read(reader)
  return reader.finish()
}

/** A time of today, in µs more than 15 digits. */
const NOW_MS = 1_790_000_000_000.25

interface Usual {
  readonly symbol: string
  readonly price: number
  readonly volume: number
  readonly timestamp: number
}

const csvOf = ({ symbol: name, price, volume, timestamp }: Usual) => `${name},${price},${volume},${timestamp}`

const symbol = fc.constantFrom('SPY', 'IBM', 'BRK.B', 'A', 'é', 'a b', '', '\\', 'X'.repeat(32), 'X'.repeat(33), '日本')
const number = fc.constantFrom(
  '0',
  '1',
  '167.41',
  '007',
  '1.',
  '.5',
  '0.0001',
  '0.00001',
  '-1',
  '+1',
  '1e3',
  '1E-4',
  '00.5',
  ' 2',
  '3 ',
  '',
  'NaN',
  '999999999999999',
  '9999999999999999',
  '922337203685477.5807',
  '1381132800464',
  '1381132800464.125',
  '4503599627370495',
  '4503599627370496',
  '4503599627370.495',
  '4503599627370.497',
  '450359962737.0496',
  '00000000000000167.41',
  '1.2.3',
)
const usualTime = fc.constantFrom('1381132800464', '1381132800465.5')
const line = fc.record({
  symbol: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('SPY', 'IBM', 'AIG') }, symbol),
  price: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('1', '167.41', '20.5') }, number),
  volume: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('0', '100', '7') }, number),
  timestamp: fc.oneof({ weight: 6, arbitrary: usualTime }, number),
  updates: fc.option(fc.constantFrom('volume', 'all', 'x'), { freq: 8, nil: undefined }),
  keys: fc.shuffledSubarray(['symbol', 'price', 'volume', 'timestamp'], { minLength: 3 }),
  isQuoted: fc.nat(9).map((die) => die === 0),
  space: fc.constantFrom('', '', '', ' ', '\t', '\r'),
  more: fc.constantFrom('', '', '', '', ',x', '"', '\r', ' '),
})
type Line = typeof line extends fc.Arbitrary<infer Value> ? Value : never

const csvLine = ({ symbol: name, price, volume, timestamp, more }: Line) =>
  `${name},${price},${volume},${timestamp}${more}`

function jsonObject({ keys, isQuoted, space, updates, ...fields }: Line): string {
  const values: Record<string, string> = {
    symbol: JSON.stringify(fields.symbol),
    price: isQuoted ? JSON.stringify(fields.price) : fields.price,
    volume: fields.volume,
    timestamp: fields.timestamp,
  }
  const members = keys.map((key) => `"${key}"${space}:${space}${values[key]}`)
  if (updates !== undefined) members.push(`"updates":"${updates}"`)
  return `{${space}${members.join(`${space},`)}${space}}`
}

const break_ = fc.constantFrom('\n', '\n', '\n', '\r\n', '\n\n')
const bodies: Readonly<Record<BodyFormat, fc.Arbitrary<string>>> = {
  csv: fc
    .tuple(
      fc.constantFrom(
        'symbol,price,volume,timestamp',
        'symbol,price,volume,timestamp',
        'volume,symbol,timestamp,price',
      ),
      fc.array(line, { maxLength: 8 }),
      break_,
    )
    .map(([header, lines, end]) => [header, ...lines.map(csvLine)].join(end)),
  ndjson: fc.tuple(fc.array(line, { maxLength: 8 }), break_).map(([lines, end]) => lines.map(jsonObject).join(end)),
  json: fc
    .tuple(fc.array(line, { maxLength: 6 }), fc.constantFrom('', ' ', '\n'))
    .map(([lines, space]) => `${space}[${space}${lines.map(jsonObject).join(`,${space}`)}${space}]${space}`),
}

/** Bytes put in, changed or cut off at random places. */
const edits = fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 10, 13, 32, 34, 44, 48, 92, 123, 125, 195, 255, -1)), {
  maxLength: 2,
})

function edited(body: string, changes: readonly (readonly [number, number])[]): Buffer {
  let bytes = Buffer.from(body)
  for (const [place, code] of changes) {
    const at = bytes.length === 0 ? 0 : place % bytes.length
    if (code < 0) bytes = bytes.subarray(0, at)
    else if (bytes.length > 0) bytes[at] = code
  }
  return bytes
}

function outcomeOf(run: () => TickBatch): unknown {
  try {
    const { events, ticks, rejections } = run()
    const rows = Array.from(events.indexes(), (index) => [
      events.ordinal[index],
      events.timeUs[index],
      events.texts[0]?.at(index),
      events.measures[0]?.at(index),
      events.measures[1]?.at(index),
      events.sumsOnly.has(index),
    ])
    return { rows, ticks, rejections }
  } catch (error) {
    return `${(error as { code?: string }).code}: ${(error as Error).message}`
  }
}

describe('ticks read from bytes', () => {
  it.each(['csv', 'ndjson', 'json'] as const)('are those read from the text, whatever is sent as %s', (format) => {
    fc.assert(
      fc.property(bodies[format], fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, edits), (body, changes) => {
        const bytes = edited(body, changes)
        const byText = outcomeOf(() =>
          bytes.length === 0 ? new TickReader(input).finish() : BY_TEXT[format](decodeUtf8(bytes)),
        )
        expect(outcomeOf(() => decode(bytes, format, input))).toEqual(byText)
      }),
      { numRuns: 3000 },
    )
  })

  const usual = (index: number) => ({ symbol: `S${index % 7}`, price: 167.41, volume: 100, timestamp: NOW_MS + index })
  const ticks = Array.from({ length: 100 }, (_, index) => usual(index))
  it.each<[string, string, (bytes: Buffer, reader: TickReader) => unknown]>([
    ['CSV', `symbol,price,volume,timestamp\n${ticks.map(csvOf).join('\n')}\n`, scanCsv],
    ['CSV with CR LF', `symbol,price,volume,timestamp\r\n${ticks.map(csvOf).join('\r\n')}\r\n`, scanCsv],
    ['NDJSON', ticks.map((tick) => `${JSON.stringify(tick)}\n`).join(''), scanNdjson],
    ['JSON', JSON.stringify(ticks), scanJson],
    ['JSON with space', JSON.stringify(ticks, undefined, 2), scanJson],
  ])('are all read the short way where they are usual: %s', (_name, body, scan) => {
    const reader = new TickReader(input)
    scan(Buffer.from(body), reader)
    expect(reader.plain).toBe(100)
    expect(reader.finish().events.timeUs[99]).toBe((NOW_MS + 99) * 1000)
  })

  it('keeps ten thousand symbols apart', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `S${(index * 7919) % 10_007}`)
    const body = Buffer.from(
      `symbol,price,volume,timestamp\n${names.map((name) => `${name},1,1,1\n`).join('')}`.repeat(1),
    )
    const { events } = decode(body, 'csv', input)
    expect(Array.from(events.indexes(), (index) => events.texts[0]?.at(index))).toEqual(names)
  })
})
