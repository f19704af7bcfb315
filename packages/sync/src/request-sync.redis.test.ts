// Goal: whoever asks for a sync gets its end, or within the timeout an error that says what is missing.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '@weir/servers'
import { systemClock } from '@weir/service'
import { freePort, freshKeyPrefix, testRedisUrl, testServerWorkDir } from '@weir/testkit'
import { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { requestSync } from './request-sync.ts'
import { type ScheduleOptions, type SyncSchedule, startSchedule } from './schedule.ts'
import { SyncError } from './sync-error.ts'
import type { SyncJobResult } from './sync-job.ts'

const RESULT: SyncJobResult = { rows: 3, rounds: 1, updates: 9, quarantined: 0, seconds: 0.1 }
const CLOSE_MS = 5000
const HOUR_MS = 3_600_000

function bench() {
  const queue = { redisUrl: testRedisUrl(), prefix: freshKeyPrefix() }
  const asked = { queueRedisUrl: queue.redisUrl, prefix: queue.prefix, timeoutMs: 10_000 }
  return { queue, asked }
}

/** Only forced jobs are handed over: the first scheduled one comes at once. */
function schedule(
  queue: { redisUrl: string; prefix: string },
  options: Partial<ScheduleOptions> = {},
): AsyncDisposable & SyncSchedule {
  const { handle = async () => RESULT } = options
  const started = startSchedule({
    ...queue,
    intervalsMs: { sessions: HOUR_MS },
    retriesMax: 1,
    clock: systemClock,
    onError: () => undefined,
    ...options,
    handle: async (request, context) => (request.forced === true ? handle(request, context) : RESULT),
  })
  return { ...started, [Symbol.asyncDispose]: () => started.close(CLOSE_MS) }
}

async function jobsIn({ redisUrl, prefix }: { redisUrl: string; prefix: string }): Promise<number> {
  const redis = new Redis(redisUrl)
  try {
    return await redis.zcard(`{${prefix}-bull}:weir-sync:prioritized`)
  } finally {
    redis.disconnect()
  }
}

it('the result and the last progress of the job come back', async () => {
  const { queue, asked } = bench()
  const step = { accumulator: 'sessions', shardsDone: 1, shards: 4, rows: 1, rounds: 1 }
  await using _schedule = schedule(queue, {
    handle: async (request, { onProgress }) => {
      expect(request).toEqual({ accumulator: 'sessions', symbol: 'AAPL', forced: true })
      for (const rows of [1, 2, 3]) onProgress({ ...step, rows })
      return RESULT
    },
  })
  const seen: number[] = []
  const options = { ...asked, accumulator: 'sessions', symbol: 'AAPL' }
  expect(await requestSync({ ...options, onProgress: ({ rows }) => seen.push(rows) })).toEqual(RESULT)
  expect(seen.at(-1)).toBe(3)
})

it('a failure that may pass is tried again, one that will not is told at once', async () => {
  const { queue, asked } = bench()
  let calls = 0
  await using _schedule = schedule(queue, {
    handle: async ({ symbol }) => {
      calls += 1
      if (symbol === 'POISON') throw new SyncError('WEIR_SYNC_INCOMPLETE', 'refused for ever', { retryable: false })
      if (calls === 1) throw new SyncError('WEIR_SYNC_INCOMPLETE', 'gone for now', { retryable: true })
      return RESULT
    },
  })
  expect(await requestSync(asked)).toEqual(RESULT)
  expect(calls).toBe(2)
  const refused = requestSync({ ...asked, symbol: 'POISON' })
  await expect(refused).rejects.toMatchObject({
    code: 'WEIR_SYNC_FAILED',
    message: 'the sync failed: refused for ever',
  })
  expect(calls).toBe(3)
})

it('a job that no worker takes is taken back, and the error says so', async () => {
  const { queue, asked } = bench()
  await expect(requestSync({ ...asked, timeoutMs: 300 })).rejects.toMatchObject({ code: 'WEIR_SYNC_NOT_TAKEN' })
  expect(await jobsIn(queue)).toBe(0)
})

it('a worker that took the job and says no more is told from one that is not there', async () => {
  const { queue, asked } = bench()
  await using _schedule = schedule(queue, {
    handle: (_request, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('cancelled')))
      }),
  })
  await expect(requestSync({ ...asked, timeoutMs: 1000 })).rejects.toMatchObject({ code: 'WEIR_SYNC_STALLED' })
  // The schedule still closes in its time, though that job hangs.
  const startedMs = systemClock.monotonicMs()
  await _schedule.close(300)
  expect(systemClock.monotonicMs() - startedMs).toBeLessThan(CLOSE_MS)
})

it('who gives up waiting takes the job back', async () => {
  const { queue, asked } = bench()
  const giveUp = new AbortController()
  const waiting = requestSync({ ...asked, signal: giveUp.signal }).catch((error: Error) => error.message)
  await expect.poll(() => jobsIn(queue)).toBe(1)
  giveUp.abort(new Error('Ctrl-C'))
  expect(await waiting).toBe('Ctrl-C')
  expect(await jobsIn(queue)).toBe(0)
})

it('a queue that cannot be reached, or dies while one waits, is an error within the timeout', async () => {
  const elsewhere = `redis://127.0.0.1:${await freePort()}`
  const { asked } = bench()
  const unreachable = { code: 'WEIR_QUEUE_UNREACHABLE' }
  await expect(requestSync({ ...asked, queueRedisUrl: elsewhere, timeoutMs: 300 })).rejects.toMatchObject(unreachable)
  const dataDir = await mkdtemp(join(tmpdir(), 'weir-queue-'))
  const own = await startRedis({
    dataDir,
    port: 0,
    workDir: testServerWorkDir(),
    appendfsync: 'everysec',
    log: () => undefined,
  })
  try {
    const waiting = requestSync({ ...asked, queueRedisUrl: own.url, timeoutMs: 1000 }).catch((error: unknown) => error)
    await expect.poll(() => jobsIn({ redisUrl: own.url, prefix: asked.prefix })).toBe(1)
    own.kill('SIGKILL')
    expect(await waiting).toMatchObject(unreachable)
  } finally {
    await own.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
})

it('schedulers of accumulators that are no more are removed at the start', async () => {
  const { queue } = bench()
  const known = async (of: SyncSchedule) => (await of.queue.getJobSchedulers()).map(({ key }) => key).toSorted()
  {
    await using older = schedule(queue, { intervalsMs: { sessions: HOUR_MS, bars: HOUR_MS } })
    await expect.poll(() => known(older)).toEqual(['bars', 'sessions'])
  }
  await using newer = schedule(queue)
  await expect.poll(() => known(newer)).toEqual(['sessions'])
})
