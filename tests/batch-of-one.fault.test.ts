// Goal: a tick a request gives the same sessions as large batches. Method: the whole day through ingestion without HTTP,
// and its first 20,000 ticks over HTTP, where the replay is then killed and finished with large batches.
import type { ChildProcess } from 'node:child_process'
import { createLayout, EventBatch, parseScaled, sessionsAccumulator, tickInput } from '@weir/accumulator'
import { createIngest, ingestLimits, NO_TOKEN, noRejections } from '@weir/ingest'
import { connectRedis, RedisHotStore, redisReady } from '@weir/redis'
import { createLogger, systemClock, systemRandom } from '@weir/service'
import { createTestDatabase, freshKeyPrefix, testRedisUrl } from '@weir/testkit'
import { describe, expect, it } from 'vitest'
import { startFaultServers } from './faults.ts'
import { expectedSessions, hasTradingDay, readSessions, tradingDayFile, tradingDayLines } from './trading-day.ts'
import { assertSucceeded, runCli, startWeirProcess, until } from './weir-processes.ts'

/** Requests outstanding at once. One lane a shard keeps them in order; with more, two calls may overtake each other. */
const OUTSTANDING_MAX = 512
const FIRST_TICKS = 20_000
const SCALES = { priceDigits: 4, volumeDigits: 0 }

// Side by side: over HTTP most of the time is waiting for the answer to a tick.
describe.skipIf(!hasTradingDay).concurrent('a tick a request', () => {
  it.each([1, 16])('gives the expected sessions of the whole day without HTTP, on %i shards', async (shards) => {
    const database = await createTestDatabase()
    const keyPrefix = freshKeyPrefix()
    const env = {
      REDIS_URL: testRedisUrl(),
      DATABASE_URL: database.url,
      REDIS_KEY_PREFIX: keyPrefix,
      SHARDS: String(shards),
    }
    const migrated = await runCli(['migrate'], env)
    assertSucceeded(migrated)
    const sync = await startWeirProcess('sync', env)
    try {
      await ingestEachTick(shards, keyPrefix)
      const synced = await runCli(['sync', '--json'], env)
      assertSucceeded(synced, sync.log())
      expect(await readSessions(database.url)).toEqual(expectedSessions())
      const verified = await runCli(['verify', '--json'], env)
      assertSucceeded(verified)
    } finally {
      await sync.stop()
      await database.drop()
    }
  })

  it(`gives the expected sessions with the first ${FIRST_TICKS} over HTTP, killed, and the rest in large batches`, async () => {
    const servers = await startFaultServers()
    const ingest = await startWeirProcess('ingest', { ...servers.env, LOG_LEVEL: 'warn' })
    const sync = await startWeirProcess('sync', { ...servers.env, LOG_LEVEL: 'warn' })
    try {
      const replay = ['replay', tradingDayFile, '--url', ingest.url, '--json', '--batch']
      let replaying: ChildProcess | undefined
      const killed = runCli([...replay, '1'], servers.env, (child) => (replaying = child))
      await until(`${FIRST_TICKS} ticks are accepted`, 300_000, async () => {
        if (replaying !== undefined && replaying.exitCode !== null)
          throw new Error(`the replay ended: ${(await killed).stderr}`)
        const response = await fetch(`${ingest.url}/health`)
        return ((await response.json()) as { accepted: number }).accepted >= FIRST_TICKS
      })
      replaying?.kill('SIGKILL')
      await killed
      const finished = await runCli([...replay, '10000'], servers.env)
      assertSucceeded(finished)
      const synced = await runCli(['sync', '--json'], servers.env)
      assertSucceeded(synced, sync.log())
      expect(await readSessions(servers.databaseUrl)).toEqual(expectedSessions())
    } finally {
      await ingest.stop()
      await sync.stop()
      await servers.stop()
    }
  })
})

async function ingestEachTick(shards: number, keyPrefix: string): Promise<void> {
  const layout = createLayout({ shards, accumulators: [sessionsAccumulator({ ...SCALES, zone: 'America/New_York' })] })
  const redis = connectRedis({ url: testRedisUrl(), purpose: 'test', commandTimeoutMs: 30_000 })
  await redisReady(redis, AbortSignal.timeout(10_000))
  const hot = new RedisHotStore({ redis, layout, keyPrefix, durabilityAgeMs: 0 })
  const log = createLogger({ name: 'test', level: 'error' })
  const limits = ingestLimits({ lanesMax: 1 })
  const ingest = createIngest({ hot, cold: undefined, layout, clock: systemClock, random: systemRandom, log, limits })
  await ingest.start()
  let accepted = 0
  const outstanding = new Set<Promise<void>>()
  for (const line of tradingDayLines().slice(1)) {
    const batch = { events: oneTick(line), ticks: 1, rejections: noRejections }
    const submitted = ingest.submit({ batch, token: NO_TOKEN, strict: false }).then((answer) => {
      accepted += answer.kind === 'counted' ? answer.counts.accepted : 0
      outstanding.delete(submitted)
    })
    outstanding.add(submitted)
    if (outstanding.size >= OUTSTANDING_MAX) await Promise.race(outstanding)
  }
  await Promise.all(outstanding)
  expect(accepted).toBe(tradingDayLines().length - 1)
  await ingest.stop()
  redis.disconnect()
}

function oneTick(line: string): EventBatch {
  const [symbol = '', price = '', volume = '', timestamp = ''] = line.split(',')
  const events = new EventBatch(tickInput(SCALES))
  events.add(
    0,
    Number(timestamp) * 1000,
    [symbol],
    [scaled(price, SCALES.priceDigits), scaled(volume, SCALES.volumeDigits)],
  )
  return events
}

function scaled(text: string, digits: number): bigint {
  const parsed = parseScaled(text, digits)
  if (parsed.kind === 'refused') throw new Error(`${text} ${parsed.reason}`)
  return parsed.value
}
