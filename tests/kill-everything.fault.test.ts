// Goal: kill -9 of ingest, sync, Redis and the replay itself, again and again in the middle of a replay, loses and doubles
// nothing. Method: a seeded order of victims while `weir replay` runs, then the view and `weir verify`.
import type { ChildProcess } from 'node:child_process'
import { shardOf } from '@weir/accumulator'
import { redisKeys } from '@weir/redis'
import { parseSettings } from '@weir/service'
import { Redis } from 'ioredis'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FaultWeir, startFaultWeir } from './faults.ts'
import {
  expectedSessions,
  expectedWindows,
  hasTradingDay,
  readSessions,
  readWindows,
  tradingDayFile,
  windowFaults,
} from './trading-day.ts'
import { assertSucceeded, runCli, until, type WeirProcess } from './weir-processes.ts'

const { SHARDS } = parseSettings(['SHARDS'], {})
const VICTIMS = ['ingest', 'redis', 'sync', 'replay', 'redis', 'ingest', 'replay', 'sync', 'redis'] as const
const BATCHES = ['1000', '500', '2000', '100', '5000']

describe.skipIf(!hasTradingDay)('kill -9 in the middle of a replay', () => {
  let weir: FaultWeir

  beforeAll(async () => {
    weir = await startFaultWeir({
      SESSION_ACCUMULATION_INTERVAL: '1',
      ANALYTICS_DATABASE_SYNC_SECONDS: '1',
      LOG_LEVEL: 'warn',
    })
  }, 120_000)

  afterAll(async () => {
    await weir?.stop()
  }, 60_000)

  it('ends with the expected sessions and market windows, and verify agrees', { timeout: 400_000 }, async () => {
    let replaying: ChildProcess | undefined
    let attempt = 0
    let finished = false
    const replayUntilDone = async (): Promise<void> => {
      for (;;) {
        const batch = BATCHES[attempt++ % BATCHES.length] as string
        const arguments_ = ['replay', tradingDayFile, '--url', weir.ingest.url, '--batch', batch, '--json']
        const { code, stderr } = await runCli(arguments_, weir.servers.env, (child) => (replaying = child))
        if (code === 0) break
        if (code !== null) throw new Error(`replay ended with ${code}: ${stderr}\n${weir.ingest.log()}`)
      }
      finished = true
    }
    const kill = async (victim: (typeof VICTIMS)[number]): Promise<void> => {
      if (victim === 'replay') return void replaying?.kill('SIGKILL')
      const target = { ...weir, redis: weir.servers.redis }[victim]
      await target.crash()
      await (victim === 'redis' ? weir.servers.redis.start() : (target as WeirProcess).restart())
    }
    const done = replayUntilDone()
    let kills = 0
    for (const victim of VICTIMS) {
      // Each kill waits until ticks have moved since the last one, so that every kill meets work in flight.
      const before = await acceptedTicks(weir.ingest.url)
      await until(
        'the replay moves on',
        60_000,
        async () => finished || (await acceptedTicks(weir.ingest.url)) !== before,
      )
      if (finished) break
      await kill(victim)
      kills++
    }
    await done
    expect(kills).toBeGreaterThanOrEqual(5)
    const synced = await runCli(['sync', '--json'], weir.servers.env)
    assertSucceeded(synced, weir.sync.log())
    expect(await readSessions(weir.servers.databaseUrl)).toEqual(expectedSessions())
    expect(windowFaults(await readWindows(weir.servers.databaseUrl), expectedWindows())).toEqual([])
    const verified = await runCli(['verify', '--json'], weir.servers.env)
    assertSucceeded(verified)
  })

  it('is a gap to verify when a row is changed by hand on either side', { timeout: 60_000 }, async () => {
    const changeInPostgres = async (change: string) => {
      const client = new Client({ connectionString: weir.servers.databaseUrl })
      await client.connect()
      await client.query(`UPDATE session_parts SET volume = volume ${change} WHERE symbol = 'SPY'`)
      await client.end()
    }
    await changeInPostgres('+ 1')
    expect(await gapFields()).toContain('volume')
    await changeInPostgres('- 1')
    assertSucceeded(await runCli(['verify', '--json'], weir.servers.env))

    const redis = new Redis(weir.servers.redisUrl)
    const tradingDay = 15_985
    const rows = redisKeys('weir').shard(shardOf('SPY', SHARDS)).rows('sessions', tradingDay)
    const packed = (await redis.hgetBuffer(rows, 'SPY')) as Buffer
    const changed = Buffer.from(packed)
    // The last byte is that of the previous price.
    changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1)
    await redis.hset(rows, 'SPY', changed)
    expect(await gapFields()).toContain('previous_price')
    await redis.hset(rows, 'SPY', packed)
    redis.disconnect()
    assertSucceeded(await runCli(['verify', '--json'], weir.servers.env))
  })

  /** The fields that verify names of SPY, whose row it must call different. */
  async function gapFields(): Promise<string[]> {
    const verified = await runCli(['verify', '--json'], weir.servers.env)
    expect(verified.code).toBe(1)
    const { gaps } = JSON.parse(verified.stdout) as { gaps: { key: string; fields: { field: string }[] }[] }
    expect(gaps).toMatchObject([{ kind: 'row', periodText: '2013-10-07', key: 'SPY', fault: 'different' }])
    return gaps.flatMap(({ fields }) => fields.map(({ field }) => field))
  }
})

async function acceptedTicks(url: string): Promise<unknown> {
  const response = await fetch(`${url}/health`).catch(() => undefined)
  return ((await response?.json().catch(() => undefined)) as { accepted?: number } | undefined)?.accepted
}
