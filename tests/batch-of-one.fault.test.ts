// Goal: a tick a request gives the same sessions as large batches. Method: the whole day through ingestion without HTTP,
// and its first 20,000 ticks over HTTP: 18,000 from one producer a symbol, and 2,000 from a replay of the rest, which is
// then killed and finished with large batches.
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLayout, EventBatch, parseScaled, sessionsAccumulator, tickInput } from '@weir/accumulator'
import { createIngest, ingestLimits, NO_TOKEN, noRejections } from '@weir/ingest'
import { connectRedis, RedisHotStore, redisReady } from '@weir/redis'
import { createLogger, systemClock, systemRandom } from '@weir/service'
import { createTestDatabase, freshKeyPrefix, testRedisUrl } from '@weir/testkit'
import { describe, expect, it } from 'vitest'
import { startRunWeir } from './faults.ts'
import { expectedSessions, hasTradingDay, readSessions, tradingDayLines } from './trading-day.ts'
import { assertSucceeded, runCli, startWeirProcess, until } from './weir-processes.ts'

/** Requests outstanding at once. One lane a shard keeps them in order; with more, two calls may overtake each other. */
const OUTSTANDING_MAX = 4096
const PRODUCED_TICKS = 18_000
const REPLAYED_TICKS = 2000
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

  it('gives the expected sessions with the first 20,000 over HTTP, killed, and the rest in large batches', async () => {
    const weir = await startRunWeir({ LOG_LEVEL: 'warn' })
    const folder = await mkdtemp(join(tmpdir(), 'weir-rest-'))
    try {
      const [header = '', ...lines] = tradingDayLines()
      await produceEachTick(weir.ingest.url, header, lines.slice(0, PRODUCED_TICKS))
      const rest = join(folder, 'rest.csv')
      await writeFile(rest, [header, ...lines.slice(PRODUCED_TICKS), ''].join('\n'))
      const replay = ['replay', rest, '--url', weir.ingest.url, '--json', '--batch']
      let replaying: ChildProcess | undefined
      const killed = runCli([...replay, '1'], weir.env, (child) => (replaying = child))
      await until('the first ticks are accepted', 300_000, async () => {
        if (replaying !== undefined && replaying.exitCode !== null)
          throw new Error(`the replay ended: ${(await killed).stderr}`)
        const response = await fetch(`${weir.ingest.url}/health`)
        return ((await response.json()) as { accepted: number }).accepted >= PRODUCED_TICKS + REPLAYED_TICKS
      })
      replaying?.kill('SIGKILL')
      await killed
      assertSucceeded(await runCli([...replay, '10000'], weir.env))
      assertSucceeded(await runCli(['sync', '--json'], weir.env), weir.sync.log())
      expect(await readSessions(weir.databaseUrl)).toEqual(expectedSessions())
    } finally {
      await weir.stop()
      await rm(folder, { recursive: true })
    }
  })
})

/** A request a tick, from a producer a symbol, side by side: the ticks of a symbol stay in their order. */
async function produceEachTick(url: string, header: string, lines: readonly string[]): Promise<void> {
  const ofSymbols = Map.groupBy(lines, (line) => line.split(',')[0] ?? '')
  const sending = [...ofSymbols].map(async ([symbol, own]) => {
    for (const [index, line] of own.entries()) {
      const answer = await fetch(`${url}/v1/ticks`, {
        method: 'POST',
        headers: {
          'content-type': 'text/csv',
          'weir-producer': `first-${symbol}`,
          'weir-sequence': String(index + 1),
        },
        body: `${header}\n${line}\n`,
      })
      expect({ status: answer.status, ...((await answer.json()) as object) }).toMatchObject({
        status: 200,
        accepted: 1,
      })
    }
  })
  await Promise.all(sending)
}

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
  // All take from one iterator, so that the ticks are submitted in their order.
  const lines = tradingDayLines().slice(1).values()
  const submitOneByOne = async (): Promise<void> => {
    for (const line of lines) {
      const batch = { events: oneTick(line), ticks: 1, rejections: noRejections }
      const answer = await ingest.submit({ batch, token: NO_TOKEN, strict: false })
      accepted += answer.kind === 'counted' ? answer.counts.accepted : 0
    }
  }
  await Promise.all(Array.from({ length: OUTSTANDING_MAX }, submitOneByOne))
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
