// Goal: whoever waits for rows waits until PostgreSQL has them, is told why where it has not, and waits for nobody else's fault.
import { type ColdStore, StoreError } from '@weir/accumulator'
import { expect, it } from 'vitest'
import {
  dirtyRows,
  landed,
  type MemoryBench,
  names,
  openMemoryBench,
  SHARD,
  sessions,
  wrap,
} from './testing/memory-bench.ts'
import { WriteThrough, type WriteThroughOptions } from './write-through.ts'

function open(around: (method: string, call: () => Promise<unknown>, args: readonly unknown[]) => Promise<unknown>) {
  const bench = openMemoryBench()
  const cold: ColdStore = wrap(bench.cold, around)
  const create = (options: Partial<WriteThroughOptions> = {}) =>
    new WriteThrough({ ...bench.workerOf({ hot: bench.hot, cold }), check: async () => {}, ...options })
  return { ...bench, create, through: create() }
}

const passing = async (_method: string, call: () => Promise<unknown>) => call()

async function rowsOf({ hot }: Pick<MemoryBench, 'hot'>, keys: readonly string[]) {
  const period = (await hot.readCoverage(SHARD)).periods[0]?.period ?? 0
  return [{ shard: SHARD, accumulator: sessions.name, rows: keys.map((key) => ({ period, key })) }]
}

it('answers when the rows are in PostgreSQL, and leaves the others to the schedule', async () => {
  const bench = open(passing)
  await bench.feed(names(8))
  expect(await bench.through.write(await rowsOf(bench, ['S1', 'S7']))).toBeUndefined()
  expect(await landed(bench.cold)).toEqual({ S1: 1, S7: 1 })
  expect(await dirtyRows(bench.hot)).toBe(6)
})

it('asks PostgreSQL nothing for rows that it has', async () => {
  let upserts = 0
  const bench = open(async (method, call) => {
    if (method === 'upsert') upserts += 1
    return call()
  })
  await bench.feed(['S1'])
  const rows = await rowsOf(bench, ['S1'])
  await bench.through.write(rows)
  expect(await bench.through.write(rows)).toBeUndefined()
  expect(await bench.through.write([])).toBeUndefined()
  expect(upserts).toBe(1)
})

it('takes all who wait along in the next round, however many they are', async () => {
  let upserts = 0
  const bench = open(async (method, call) => {
    if (method === 'upsert') upserts += 1
    return call()
  })
  await bench.feed(names(3))
  const rows = await rowsOf(bench, names(3))
  const faults = await Promise.all(Array.from({ length: 100 }, () => bench.through.write(rows)))
  expect(faults.every((fault) => fault === undefined)).toBe(true)
  expect(upserts).toBe(1)
})

it('who comes while a round is on its way waits for the next, which has what came since', async () => {
  const inside = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  let upserts = 0
  const bench = open(async (method, call) => {
    if (method === 'upsert' && ++upserts === 1) {
      inside.resolve()
      await go.promise
    }
    return call()
  })
  await bench.feed(['S1'])
  const rows = await rowsOf(bench, ['S1'])
  const early = bench.through.write(rows)
  await inside.promise
  await bench.feed(['S1'])
  const late = bench.through.write(rows)
  go.resolve()
  expect([await early, await late]).toEqual([undefined, undefined])
  expect(await landed(bench.cold)).toEqual({ S1: 2 })
})

it('tells why PostgreSQL has not the rows, which stay dirty, and is asked again with success', async () => {
  let isAway = true
  const bench = open(async (_method, call) => {
    if (isAway) throw new StoreError('WEIR_STORE_UNREACHABLE', 'PostgreSQL does not answer')
    return call()
  })
  await bench.feed(['S1'])
  const rows = await rowsOf(bench, ['S1'])
  expect(await bench.through.write(rows)).toBe('PostgreSQL does not answer')
  expect(await dirtyRows(bench.hot)).toBe(1)
  isAway = false
  expect(await bench.through.write(rows)).toBeUndefined()
})

it('only those whose row PostgreSQL refuses are told so', async () => {
  const bench = open(async (method, call, args) => {
    if (method === 'upsert' && (args[2] as readonly { key: string }[]).some(({ key }) => key === 'BAD'))
      throw new StoreError('WEIR_ROW_REFUSED', 'out of range')
    return call()
  })
  await bench.feed(['BAD', 'GOOD'])
  const [bad, good] = await Promise.all([
    bench.through.write(await rowsOf(bench, ['BAD'])),
    bench.through.write(await rowsOf(bench, ['GOOD'])),
  ])
  expect(bad).toBe('PostgreSQL refuses the row of "BAD" (WEIR_ROW_REFUSED): out of range')
  expect(good).toBeUndefined()
  // Also when it is in quarantine already.
  expect(await bench.through.write(await rowsOf(bench, ['BAD', 'GOOD']))).toMatch(/refuses the row of "BAD"/)
})

it('writes nothing to a database that is not fit for it', async () => {
  let isFit = false
  const bench = open(passing)
  const check = async () => {
    if (!isFit) throw new StoreError('WEIR_NOT_MIGRATED', 'run `weir migrate`')
  }
  const through = bench.create({ check })
  await bench.feed(['S1'])
  const rows = await rowsOf(bench, ['S1'])
  expect(await through.write(rows)).toBe('run `weir migrate`')
  expect(await landed(bench.cold)).toEqual({})
  isFit = true
  expect(await through.write(rows)).toBeUndefined()
})

it('a stop lets nobody wait for ever', async () => {
  const bench = open(passing)
  const pending = { durabilityOf: async () => ({ kind: 'pending', waitMs: 10 }) as const }
  const hot = new Proxy(bench.hot, {
    get: (target, name) => Reflect.get(name in pending ? pending : target, name, target),
  })
  const through = bench.create({ hot })
  await bench.feed(['S1'])
  const waiting = through.write(await rowsOf(bench, ['S1']))
  await through.stop()
  expect(await waiting).toMatch(/stopping|disk/)
})
