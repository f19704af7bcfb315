// Goal: whatever happens between a pod and Redis, no tick is lost, doubled or acknowledged without being there. Method: a real
// Redis behind a connection that is cut after a script ran and before its reply is back; and a Redis that is full.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServerHandle, startRedis } from '@weir/servers'
import { FaultProxy, testRedisUrl, testServerWorkDir } from '@weir/testkit'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  someTicks,
  startTestIngest,
  storedSums,
  sumsOf,
  type TestIngest,
  testLayout,
  withApply,
} from './testing/test-ingest.ts'

/** Only calls of requests are on the connection then. */
const QUIET = { depthIntervalMs: 60_000 }

describe('a reply that is cut off', () => {
  it('costs nothing: the call is sent again in its lane, and its ticks count once', async () => {
    await using proxy = await FaultProxy.start(testRedisUrl())
    await using ingest = await startTestIngest({ redisUrl: proxy.url, limits: QUIET, layout: testLayout(4) })
    const ticks = someTicks(200)
    await ingest.post(ticks.slice(0, 100))
    proxy.cutReplies(1)
    expect(await ingest.post(ticks.slice(100))).toMatchObject({ status: 200, body: { accepted: 100, duplicates: 0 } })
    expect(proxy.lostReplies).toBe(1)
    expect(await storedSums(ingest.hot, ingest.layout)).toEqual(sumsOf(ticks))
  })

  it('costs nothing either when it happens again and again', async () => {
    await using proxy = await FaultProxy.start(testRedisUrl())
    await using ingest = await startTestIngest({ redisUrl: proxy.url, limits: QUIET, layout: testLayout(4) })
    await ingest.post([])
    const ticks = someTicks(400)
    for (let from = 0; from < 400; from += 100) {
      proxy.cutReplies(3)
      let reply = await ingest.post(ticks.slice(from, from + 100), {
        'weir-producer': 'feed',
        'weir-sequence': String(from + 1),
      })
      for (let tries = 1; reply.status === 503 && tries < 100; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 20))
        reply = await ingest.post(ticks.slice(from, from + 100), {
          'weir-producer': 'feed',
          'weir-sequence': String(from + 1),
        })
      }
      expect(reply).toMatchObject({ status: 200, body: { mark: from + 100 } })
    }
    expect(proxy.lostReplies).toBeGreaterThanOrEqual(4)
    expect(await storedSums(ingest.hot, ingest.layout)).toEqual(sumsOf(ticks))
  })
})

describe('a Redis that does not answer', () => {
  it('is told before anything is sent, and taken again when it is back', async () => {
    const proxy = await FaultProxy.start(testRedisUrl())
    await using ingest = await startTestIngest({ redisUrl: proxy.url, limits: { depthIntervalMs: 20 } })
    expect(await ingest.get('/readyz')).toMatchObject({ status: 200 })
    await proxy[Symbol.asyncDispose]()
    await expect.poll(async () => (await ingest.get('/readyz')).status).toBe(503)
    const reply = await ingest.post(someTicks(3))
    expect(reply).toMatchObject({ status: 503, body: { error: { code: 'WEIR_STORE_UNREACHABLE' } } })
    expect(reply.headers.get('retry-after')).toBe('1')
    expect((await ingest.get('/health')).body).toMatchObject({ status: 'failing', accepted: 0, unavailable: 1 })
  })
})

describe('a Redis that is full', () => {
  let folder: string
  let server: ServerHandle
  let admin: Redis
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-full-'))
    server = await startRedis({
      dataDir: folder,
      port: 0,
      workDir: testServerWorkDir(),
      appendfsync: 'everysec',
      log: () => undefined,
    })
    admin = new Redis(server.url)
  })
  afterAll(async () => {
    admin.disconnect()
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  })

  afterEach(() => setMaxmemory('0'))

  const setMaxmemory = (value: string) => admin.config('SET', 'maxmemory', value)

  async function whileFull(ingest: TestIngest, check: () => Promise<void>): Promise<void> {
    await setMaxmemory('1mb')
    try {
      await check()
    } finally {
      await setMaxmemory('0')
    }
    expect((await ingest.get('/readyz')).status).toBe(200)
  }

  it('refuses requests with Retry-After, and applies nothing of them', async () => {
    await using ingest = await startTestIngest({ redisUrl: server.url })
    const ticks = someTicks(100)
    await ingest.post(ticks)
    await whileFull(ingest, async () => {
      for (const headers of [{}, { 'weir-producer': 'feed', 'weir-sequence': '1' }, { 'idempotency-key': 'k' }]) {
        const reply = await ingest.post(ticks, headers)
        expect(reply).toMatchObject({ status: 503, body: { error: { code: 'WEIR_STORE_FULL' } } })
        expect(reply.headers.get('retry-after')).toBe('1')
      }
      expect(await storedSums(ingest.hot, ingest.layout)).toEqual(sumsOf(ticks))
    })
    expect(await ingest.post(ticks, { 'idempotency-key': 'k' })).toMatchObject({ status: 200, body: { accepted: 100 } })
  })

  it('in the middle of a request is waited for, so that no part of it is left out', async () => {
    let calls = Number.NEGATIVE_INFINITY
    let becomingFull: Promise<unknown> | undefined
    await using ingest = await startTestIngest({
      redisUrl: server.url,
      limits: { retryBaseMs: 5, retryMaxMs: 20 },
      // Full for all shards of the request but the first, until the others have tried again.
      wrap: (hot) =>
        withApply(hot, async (shard, call) => {
          calls++
          if (calls === 1) {
            const outcome = hot.apply(shard, call)
            becomingFull = outcome.then(() => setMaxmemory('1mb'))
            return outcome
          }
          await becomingFull
          if (calls === 40) await setMaxmemory('0')
          return hot.apply(shard, call)
        }),
    })
    const ticks = someTicks(200)
    await ingest.post(ticks.slice(0, 100))
    calls = 0
    expect(await ingest.post(ticks.slice(100))).toMatchObject({ status: 200, body: { accepted: 100, duplicates: 0 } })
    expect(calls).toBeGreaterThanOrEqual(40)
    expect(await storedSums(ingest.hot, ingest.layout)).toEqual(sumsOf(ticks))
  })

  it('of dirty rows refuses requests until some are synced', async () => {
    await using ingest = await startTestIngest({
      redisUrl: server.url,
      limits: { dirtyItemsMax: 10, depthIntervalMs: 20 },
    })
    await ingest.post(someTicks(50))
    const reply = await ingest.post(someTicks(1))
    expect(reply).toMatchObject({ status: 503, body: { error: { code: 'WEIR_TOO_MUCH_DIRTY' } } })
    for (let shard = 0; shard < ingest.layout.shards; shard++) {
      const snapshot = await ingest.hot.snapshot(shard, 'sessions', { rowsMax: 1000, skip: 0 })
      await ingest.hot.acknowledge(shard, 'sessions', snapshot)
    }
    await expect.poll(async () => (await ingest.post(someTicks(1))).status).toBe(200)
  })
})
