import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '@weir/service'
import { afterAll, describe, expect, it } from 'vitest'
import { loadLayout } from './load-layout.ts'

const SETTINGS = {
  SHARDS: 2,
  PRICE_SCALE: 4,
  VOLUME_SCALE: 0,
  SESSION_TIME_ZONE: 'UTC',
  MARKET_WINDOW_SECONDS: 10,
  BARS_SECONDS: 0,
  HIGH_LOW_MIN_MOVE_BPS: 0,
}

const folder = mkdtempSync(join(tmpdir(), 'weir-definitions-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0

function load(source: string) {
  const path = join(folder, `accumulators-${files++}.ts`)
  writeFileSync(path, source)
  return loadLayout({ ...SETTINGS, WEIR_ACCUMULATORS: path })
}

async function problemOf(source: string): Promise<string> {
  const error: unknown = await load(source).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ConfigError)) throw new Error(`no ConfigError: ${String(error)}`)
  expect(error.faults.map(({ name }) => name)).toEqual(['WEIR_ACCUMULATORS'])
  return error.message
}

const DEFINED = (rest: string) =>
  `export default ({ accumulator, posted, ticks, window, count, sum, max, records, product }) => [accumulator({
    name: 'spreads', period: window({ seconds: 60, column: 'minute' }), key: ['symbol'], from: ticks, ${rest} })]`

describe('the layout', () => {
  it('has the built-in accumulators where no file is named', async () => {
    expect((await loadLayout(SETTINGS)).accumulators.map(({ name }) => name)).toEqual(['sessions', 'market'])
  })

  it('has those of a file, typed or not, with a table under their name', async () => {
    const layout = await load(DEFINED('fields: { trades: count() as any }'))
    expect(layout.accumulators.map(({ name, table }) => [name, table])).toContainEqual(['spreads', 'spreads_parts'])
    expect(layout.entries.spreads?.fingerprint).toMatch(/^[0-9a-f]{16}$/)
  })
})

describe('a definition that cannot work', () => {
  it.each([
    ["fields: { mean: { kind: 'average', of: 'price' } }", 'spreads.mean is of the kind average, which cannot join'],
    ["fields: { paid: sum('amount') }", 'amount is no measure of ticks'],
    ["fields: { both: sum(product('price', 'size')) }", 'size is no measure of ticks'],
    ["fields: { times: sum('time') }", 'a time has no sum'],
    ["fields: { highs: records('high') }", 'counts records of high, which is no max or min field'],
    ['fields: { Trades: count() }', 'Trades in accumulator spreads is no lower-case SQL identifier'],
    ['fields: {}', 'accumulator spreads has 1 to 40 fields'],
    ["key: ['venue'], fields: { trades: count() }", 'venue is no text of ticks'],
    ["name: 'sessions', fields: { trades: count() }", 'are called sessions'],
    [
      "period: window({ seconds: 0, column: 'minute' }), fields: { trades: count() }",
      'a positive whole number of seconds',
    ],
    ['from: undefined, fields: { trades: count() }', 'says what it is fed `from`'],
    [
      "from: posted('Views', { texts: ['url'], measures: {} }), fields: { trades: count() }",
      'Views in the records Views',
    ],
    [
      "from: posted('v', { texts: ['symbol'], measures: { a: 20 } }), fields: { n: count() }",
      'a of v has 20 decimal digits',
    ],
  ])('says so: %s', async (rest, problem) => {
    expect(await problemOf(DEFINED(rest))).toContain(problem)
  })

  it('says so of a file that is not there, does not parse, or gives no accumulators', async () => {
    const missing = loadLayout({ ...SETTINGS, WEIR_ACCUMULATORS: join(folder, 'nothing.ts') })
    await expect(missing).rejects.toThrow(/nothing\.ts cannot be read: /)
    expect(await problemOf('export default (')).toMatch(/cannot be read: /)
    expect(await problemOf('export const one = 1')).toContain('gives no list of accumulators')
    expect(await problemOf('export default () => [{ name: "x" }]')).toContain('was not made with `accumulator`')
    expect(await problemOf('export default () => { throw new Error("no luck") }')).toContain('no luck')
  })
})
