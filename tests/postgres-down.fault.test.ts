// Goal: a PostgreSQL that is away during the whole replay costs nothing but time. Method: stop it, replay, look at every
// answer of ingest, start it, and wait without any command until the view is right.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FaultWeir, startFaultWeir } from './faults.ts'
import { expectedSessions, hasTradingDay, readSessions, tradingDayFile, tradingDayTicks } from './trading-day.ts'
import { assertSucceeded, runCli, until } from './weir-processes.ts'

describe.skipIf(!hasTradingDay)('PostgreSQL stopped during a replay', () => {
  let weir: FaultWeir

  beforeAll(async () => {
    weir = await startFaultWeir({ SESSION_ACCUMULATION_INTERVAL: '1', LOG_LEVEL: 'warn' })
    await weir.servers.postgres.stop()
  }, 120_000)

  afterAll(async () => {
    await weir?.stop()
  }, 60_000)

  it('costs ingest no error, and everything arrives by itself when it is back', { timeout: 200_000 }, async () => {
    const arguments_ = [
      'replay',
      tradingDayFile,
      '--url',
      weir.ingest.url,
      '--batch',
      '5000',
      '--retry-seconds',
      '0',
      '--json',
    ]
    const replayed = await runCli(arguments_, weir.servers.env)
    assertSucceeded(replayed, weir.ingest.log())
    expect(JSON.parse(replayed.stdout)).toMatchObject({ accepted: tradingDayTicks, rejected: 0 })
    await weir.servers.postgres.start()
    const expected = JSON.stringify(sorted(expectedSessions()))
    await until('the sessions arrive by themselves', 60_000, async () => {
      return JSON.stringify(sorted(await readSessions(weir.servers.databaseUrl))) === expected
    })
    const verified = await runCli(['verify', '--json'], weir.servers.env)
    assertSucceeded(verified)
  })
})

function sorted(table: Record<string, Record<string, string>>): unknown {
  return Object.entries(table)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, fields]) => [name, Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))])
}
