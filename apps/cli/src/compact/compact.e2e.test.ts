// Goal: a closed period is compacted when Redis has let it go, and neither the view, nor verify, nor a late tick knows the difference.
import { sql } from 'kysely'
import { expect, it, vi } from 'vitest'
import { openWeir } from '../testing/open-weir.ts'
import { runWeir, weirSucceeds } from '../testing/run-weir.ts'

const TICKS = ['AAA', 'BBB', 'CCC', 'DDD'].flatMap((symbol, index) => [
  `${symbol},${10 + index}.5,100,1381132800000`,
  `${symbol},${11 + index},50,1381132801000`,
])
const PATIENCE = { timeout: 30_000, interval: 500 }
const only = <Value>(values: readonly Value[]): Value | undefined => (values.length === 1 ? values[0] : undefined)

it('parts of several histories are one after it, late ticks amend it, and it can be compacted again', async () => {
  await using bench = await openWeir({
    PERIOD_IDLE_SECONDS: '1',
    SESSION_ACCUMULATION_INTERVAL: '1',
    MARKET_WINDOW_SECONDS: '10',
    ANALYTICS_DATABASE_SYNC_SECONDS: '1',
  })
  const { env, db } = bench
  const view = async () => ({
    sessions: (await sql`select * from sessions order by symbol`.execute(db)).rows,
    market: (await sql`select * from market_analytics order by window_start`.execute(db)).rows,
  })
  const parts = async () =>
    Number(only((await sql<{ n: string }>`select count(*) as n from session_parts`.execute(db)).rows)?.n)
  const compacted = async (...options: string[]) => {
    const { accumulators } = (await weirSucceeds(['compact', '--json', ...options], env)).json<{
      accumulators: Record<string, unknown>[]
    }>()
    const of = (name: string) => accumulators.find(({ accumulator }) => accumulator === name)
    return { ...of('sessions'), market: of('market') }
  }
  for (let history = 0; history < 3; history++) {
    expect((await bench.feed(TICKS)).status).toBe(200)
    await weirSucceeds(['sync'], env)
    await bench.breakHistory()
  }
  const before = await view()
  expect(await parts()).toBe(12)
  expect(await compacted('--before', '2013-10-07')).toMatchObject({ periods: 0, skippedTotal: 0 })
  const dry = await vi.waitFor(async () => {
    const report = await compacted('--dry-run')
    expect(report).toMatchObject({
      periods: 1,
      partsBefore: 12,
      partsAfter: 4,
      skippedTotal: 0,
      market: { periods: 1, partsAfter: 1 },
    })
    return (await weirSucceeds(['compact', '--dry-run'], env)).stdout
  }, PATIENCE)
  expect(dry).toContain('Nothing was changed.')
  expect(await parts()).toBe(12)
  expect(await compacted()).toMatchObject({
    periods: 1,
    partsBefore: 12,
    partsAfter: 4,
    bytesBefore: expect.any(Number),
  })
  expect(await parts()).toBe(4)
  const windows = await sql<{ n: string }>`select count(*) as n from market_parts`.execute(db)
  expect([before.market.length, Number(only(windows.rows)?.n)]).toEqual([1, 1])
  expect(await view()).toEqual(before)
  expect((await weirSucceeds(['verify', '--json'], env)).json()).toMatchObject({ ok: true, noticesTotal: 0 })

  expect((await bench.feed(['AAA,99,1,1381132802000'])).status).toBe(200)
  await weirSucceeds(['sync'], env)
  const amended = await sql<{ ticks: string; close: string; volume: string }>`
    select ticks, close, volume from sessions where symbol = 'AAA'`.execute(db)
  expect(only(amended.rows)).toMatchObject({ ticks: '7', close: expect.stringMatching(/^99/), volume: '451' })
  await vi.waitFor(async () => expect(await compacted()).toMatchObject({ periods: 1, partsBefore: 5 }), PATIENCE)
  expect(await parts()).toBe(4)
  expect((await weirSucceeds(['verify', '--json'], env)).json()).toMatchObject({ ok: true })
})

it('what Redis still holds, or another Redis fed, is left as it is, and told', async () => {
  await using bench = await openWeir()
  const { env } = bench
  for (let history = 0; history < 2; history++) {
    await bench.feed(TICKS)
    await weirSucceeds(['sync'], env)
    await bench.breakHistory()
  }
  const told = { ...env, PERIOD_IDLE_SECONDS: '1' }
  expect((await weirSucceeds(['compact'], told)).stdout).toMatch(
    /sessions 2013-10-07 is left as it is: Redis still holds it/,
  )
  const elsewhere = { ...told, REDIS_KEY_PREFIX: `${env.REDIS_KEY_PREFIX}-2` }
  await vi.waitFor(async () => {
    const { stdout } = await weirSucceeds(['compact'], elsewhere)
    expect(stdout).toMatch(/shard \d of this Redis never dropped it: is this the Redis that fed it\?/)
  }, PATIENCE)
  expect(await runWeir(['compact', '--before', 'soon'], env)).toMatchObject({ code: 2 })
})
