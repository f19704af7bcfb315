// Goal: the real trading day gives the sessions and the market windows that an independent program computed, whatever the
// batch size and the number of shards, with the sync running all along; and replaying it again changes nothing. Method:
// `weir replay` over HTTP, a forced sync, the views.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunWeir, startRunWeir } from './faults.ts'
import {
  expectedSessions,
  expectedWindows,
  hasTradingDay,
  readSessions,
  readWindows,
  tradingDayFile,
  tradingDayTicks,
  windowFaults,
} from './trading-day.ts'
import { assertSucceeded, runCli } from './weir-processes.ts'

describe.skipIf(!hasTradingDay).each([
  { shards: '1', batch: 100, again: 10_000 },
  { shards: '1', batch: 10_000, again: 777 },
  { shards: '16', batch: 100, again: 10_000 },
  { shards: '16', batch: 10_000, again: 777 },
])('the trading day on $shards shards, $batch ticks a request', ({ shards, batch, again }) => {
  let weir: RunWeir

  beforeAll(async () => {
    weir = await startRunWeir({
      SHARDS: shards,
      SESSION_ACCUMULATION_INTERVAL: '1',
      ANALYTICS_DATABASE_SYNC_SECONDS: '1',
    })
  }, 300_000)

  afterAll(async () => {
    await weir?.stop()
  }, 60_000)

  const replay = async (ticks: number) => {
    const arguments_ = ['replay', tradingDayFile, '--url', weir.ingest.url, '--batch', String(ticks), '--json']
    const replayed = await runCli(arguments_, weir.env)
    assertSucceeded(replayed, weir.ingest.log())
    const synced = await runCli(['sync', '--json'], weir.env)
    assertSucceeded(synced, weir.sync.log())
    return JSON.parse(replayed.stdout) as Record<string, number>
  }

  it('gives the expected sessions', { timeout: 300_000 }, async () => {
    expect(await replay(batch)).toMatchObject({ ticks: tradingDayTicks, accepted: tradingDayTicks, rejected: 0 })
    expect(await readSessions(weir.databaseUrl)).toEqual(expectedSessions())
  })

  it('gives the expected market windows', { timeout: 60_000 }, async () => {
    expect(windowFaults(await readWindows(weir.databaseUrl), expectedWindows())).toEqual([])
  })

  it(`changes nothing when replayed again, ${again} ticks a request`, { timeout: 120_000 }, async () => {
    expect(await replay(again)).toMatchObject({ accepted: 0, duplicates: tradingDayTicks })
    expect(await readSessions(weir.databaseUrl)).toEqual(expectedSessions())
    expect(windowFaults(await readWindows(weir.databaseUrl), expectedWindows())).toEqual([])
  })

  it('verifies', { timeout: 60_000 }, async () => {
    const verified = await runCli(['verify', '--json'], weir.env)
    assertSucceeded(verified)
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, gapsTotal: 0 })
  })
})
