// Goal: a row that PostgreSQL refuses holds up no other, is not forgotten, and lands as soon as it may.
import { type ColdStore, type HotStore, StoreError, shardOf } from '@weir/accumulator'
import { expect, it } from 'vitest'
import { syncAccumulator } from './sync-accumulator.ts'
import type { SyncLimits } from './sync-limits.ts'
import { syncOnce } from './sync-once.ts'
import { dirtyRows, landed, layout, names, openMemoryBench, SHARD, sessions, wrap } from './testing/memory-bench.ts'

const MINUTE_MS = 60_000

/** A PostgreSQL that refuses the rows of some keys, until they are taken out of `bad`. */
function open(badKeys: readonly string[], limits: Partial<SyncLimits> = {}) {
  const bench = openMemoryBench({ limits: { batchRowsMax: 1000, ...limits } })
  const bad = new Set(badKeys)
  let upserts = 0
  const refusing: ColdStore = wrap(bench.cold, async (method, call, args) => {
    if (method !== 'upsert') return call()
    upserts += 1
    if ((args[2] as readonly { key: string }[]).some(({ key }) => bad.has(key))) {
      const cause = Object.assign(new Error('value "x" violates check: no'), { code: '23514' })
      throw new StoreError('WEIR_ROW_REFUSED', 'PostgreSQL at db: refused (23514)', { cause })
    }
    return call()
  })
  const { hot, workerOf } = bench
  const worker = workerOf({ hot, cold: refusing })
  const quarantine = () => hot.readQuarantine(SHARD, sessions.name)
  return { ...bench, bad, refusing, worker, quarantine, upserts: () => upserts }
}

it('one bad row of a thousand goes into quarantine, and the other 999 land in the same round', async () => {
  const { cold, feed, worker, quarantine, hot } = open(['S500'])
  await feed(names(1000))
  const report = await syncAccumulator(worker, sessions)
  expect(report).toMatchObject({ rows: 999, quarantined: 1, refusedAgain: 0, failures: [] })
  expect(report.refusals).toMatchObject([{ field: 'S500', code: '23514', message: 'value "x" violates check: no' }])
  expect(Object.keys(await landed(cold))).toHaveLength(999)
  expect(await dirtyRows(hot)).toBe(1)
  expect(await quarantine()).toMatchObject([{ key: 'S500', refusal: { code: '23514', tries: 1 } }])
})

it('what is in quarantine costs later rounds nothing, and its new ticks wait with it', async () => {
  const { cold, feed, worker, quarantine, hot, upserts, bad } = open(['S1', 'S2'])
  await feed(names(4))
  await syncAccumulator(worker, sessions)
  const before = upserts()
  await feed(['S1', 'S3'])
  expect(await syncAccumulator(worker, sessions)).toMatchObject({ rows: 1, quarantined: 0, refusedAgain: 0 })
  expect(upserts()).toBe(before + 1)
  expect((await hot.readDepth(SHARD)).quarantined).toMatchObject({ sessions: 2 })
  bad.clear()
  expect(await syncAccumulator(worker, sessions, { retriesAll: true })).toMatchObject({ rows: 2 })
  expect(await landed(cold)).toEqual({ S0: 1, S1: 2, S2: 1, S3: 2 })
  expect(await quarantine()).toEqual([])
  expect(await dirtyRows(hot)).toBe(0)
})

it('a row in quarantine is tried again by itself, ever more rarely, and lands when it may', async () => {
  const { cold, clock, feed, worker, quarantine, upserts, bad } = open(['S1'])
  await feed(['S1'])
  await syncAccumulator(worker, sessions)
  const tried: number[] = []
  for (let minute = 1; minute <= 20; minute++) {
    clock.leap(MINUTE_MS + 1)
    const before = upserts()
    await syncAccumulator(worker, sessions)
    if (upserts() > before) tried.push(minute)
  }
  expect(tried).toEqual([1, 3, 7, 15])
  expect(await quarantine()).toMatchObject([{ refusal: { tries: 5 } }])
  bad.clear()
  clock.leap(60 * MINUTE_MS)
  await syncAccumulator(worker, sessions)
  expect(await landed(cold)).toEqual({ S1: 1 })
  expect(await quarantine()).toEqual([])
})

it('a table that takes no row fails the round, and no row goes into quarantine for it', async () => {
  const all = names(200)
  const { hot, feed, worker, quarantine, bad, cold } = open(all, { batchRowsMax: 50 })
  await feed(all)
  const report = await syncAccumulator(worker, sessions)
  expect(report).toMatchObject({ rows: 0, quarantined: 0 })
  expect(report.failures.at(0)?.error).toMatchObject({
    code: 'WEIR_STORE_REFUSED',
    retryable: false,
    message: expect.stringMatching(/refused more than 20 rows in one round.*it may be the table.*refused \(23514\)/),
  })
  expect(await quarantine()).toEqual([])
  expect(await dirtyRows(hot)).toBe(200)
  bad.clear()
  expect(await syncAccumulator(worker, sessions)).toMatchObject({ rows: 200, failures: [] })
  expect(Object.keys(await landed(cold))).toHaveLength(200)
})

it('of many bad rows one round takes some, says so, and the next ones go on', async () => {
  const bad = names(50)
  const { hot, feed, worker, quarantine, cold } = open(bad)
  await feed(bad)
  await feed(names(100, 'GOOD'))
  const first = await syncAccumulator(worker, sessions)
  expect(first.quarantined).toBe(20)
  expect(first.failures).toHaveLength(1)
  await syncAccumulator(worker, sessions)
  expect((await syncAccumulator(worker, sessions)).failures).toEqual([])
  expect(await quarantine()).toHaveLength(50)
  expect(Object.keys(await landed(cold))).toHaveLength(100)
  expect(await dirtyRows(hot)).toBe(50)
})

it('a quarantine that is full takes no more rows, and the round says so', async () => {
  const bad = names(5)
  const { hot, feed, worker, quarantine, cold } = open(bad, { quarantineRowsMax: 3 })
  await feed([...bad, ...names(10, 'GOOD')])
  const report = await syncAccumulator(worker, sessions)
  expect(report).toMatchObject({ rows: 10, quarantined: 3 })
  expect(report.failures[0]?.error.message).toMatch(/no more room in the quarantine \(3 rows a shard\)/)
  await feed(['GOOD0'])
  expect(await syncAccumulator(worker, sessions)).toMatchObject({ rows: 1, quarantined: 0 })
  expect(await landed(cold)).toMatchObject({ GOOD0: 2 })
  expect(await quarantine()).toHaveLength(3)
  expect(await dirtyRows(hot)).toBe(5)
})

it('a forced sync of a symbol tries its row in quarantine too', async () => {
  const [symbol = '', other = ''] = names(20).filter((name) => shardOf(name, layout.shards) === SHARD)
  const { cold, feed, worker, bad } = open([symbol, other])
  await feed([symbol, other])
  await syncAccumulator(worker, sessions)
  bad.delete(symbol)
  expect(await syncAccumulator(worker, sessions, { symbol })).toMatchObject({ rows: 1 })
  expect(await landed(cold)).toEqual({ [symbol]: 1 })
})

it('in a new history the refused row stays in quarantine under its old origin, and the new one lands', async () => {
  const { hot, cold, feed, worker, quarantine, bad } = open(['S1'])
  await feed(['S1', 'S2'])
  await syncAccumulator(worker, sessions)
  hot.redis.runId = 'another'
  await feed(['S1'])
  const [kept, ...none] = await quarantine()
  expect(none).toEqual([])
  expect(kept).toMatchObject({ key: 'S1', refusal: { code: '23514', tries: 1 } })
  expect(kept?.field).toMatch(/^S1\0[0-9a-f]{32}$/)
  bad.clear()
  await syncAccumulator(worker, sessions)
  expect(await landed(cold)).toEqual({ S1: 1, S2: 1 })
  await syncAccumulator(worker, sessions, { retriesAll: true })
  expect(await landed(cold)).toEqual({ S1: 2, S2: 1 })
  expect(await dirtyRows(hot)).toBe(0)
})

it('a worker that dies anywhere on the way into quarantine or out of it loses and doubles nothing', async () => {
  for (let fatal = 1; fatal <= 40; fatal++) {
    const { hot, refusing, worker, workerOf, feed, bad, cold } = open(['S2', 'S5'])
    await feed(names(8))
    let calls = 0
    const mortal = async (_method: string, call: () => Promise<unknown>) => {
      if (++calls >= fatal) throw new StoreError('WEIR_STORE_UNREACHABLE', 'killed')
      return call()
    }
    const dying = workerOf({ hot: wrap<HotStore>(hot, mortal), cold: wrap(refusing, mortal) })
    await syncAccumulator(dying, sessions)
    if (fatal % 2 === 0) await syncAccumulator(worker, sessions)
    await feed(['S2', 'S3'])
    bad.clear()
    await syncAccumulator(worker, sessions, { retriesAll: true })
    const once = Object.fromEntries(names(8).map((name) => [name, 1]))
    expect(await landed(cold)).toEqual({ ...once, S2: 2, S3: 2 })
    expect(await dirtyRows(hot)).toBe(0)
  }
})

it('a stale refusal of a row that has landed since changes nothing', async () => {
  const { hot, feed, worker, bad, quarantine } = open(['S1'])
  await feed(['S1'])
  const { rows } = await hot.snapshot(SHARD, sessions.name, { rowsMax: 10, skip: 0 })
  const refused = rows.map(({ period, field, row }) => ({ period, field, origin: row.origin, code: '1', message: '' }))
  bad.clear()
  await syncOnce(worker, sessions.name, SHARD)
  const none = { added: 0, again: 0, left: 0 }
  expect(await hot.quarantine(SHARD, sessions.name, { rows: refused, rowsMax: 10 })).toEqual(none)
  expect(await quarantine()).toEqual([])
})
