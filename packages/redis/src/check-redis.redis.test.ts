// Goal: a Redis that would lose rows is refused at start, with what to do. Method: the run's Redis, one of our own with
// other settings, and a server that says it is old.

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { createLayout, sessionsAccumulator } from '@weir/accumulator'
import { freshKeyPrefix } from '@weir/testkit'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkRedis } from './check-redis.ts'
import { startOwnServer } from './own-server.fixture.ts'
import { connectTestRedis, openTestStore, SHARD, sessions, testLayout, tickCall } from './redis-store.fixture.ts'

let redis: Redis

beforeAll(async () => {
  redis = await connectTestRedis()
})

afterAll(() => redis.quit())

describe('checkRedis', () => {
  it('tells what the server is and what its disk promises', async () => {
    await using server = await startOwnServer({ appendfsync: 'everysec' })
    const report = await checkRedis(server.redis, { layout: testLayout, keyPrefix: 'weir' })
    expect(report).toMatchObject({
      maxmemoryPolicy: 'noeviction',
      maxmemoryBytes: 0,
      aof: true,
      appendfsync: 'everysec',
      unknownAccumulators: [],
    })
    expect(Number(report.version.split('.')[0])).toBeGreaterThanOrEqual(7)
  })

  it('refuses a server that may evict rows', async () => {
    await using server = await startOwnServer({ extraArguments: ['--maxmemory-policy', 'allkeys-lru'] })
    await expect(checkRedis(server.redis, { layout: testLayout, keyPrefix: 'weir' })).rejects.toMatchObject({
      code: 'WEIR_STORE_UNSUITABLE',
      retryable: false,
      message: expect.stringContaining('set maxmemory-policy noeviction'),
    })
  })

  it('refuses a server older than 7.0', async () => {
    await using old = await startOldServer()
    const client = await connectTestRedis(old.url)
    await expect(checkRedis(client, { layout: testLayout, keyPrefix: 'weir' })).rejects.toMatchObject({
      code: 'WEIR_STORE_UNSUITABLE',
      message: expect.stringContaining('Redis 6.2.14'),
    })
    client.disconnect()
  })

  it('refuses settings other than those the store was made with, and names them', async () => {
    const keyPrefix = freshKeyPrefix()
    await checkRedis(redis, { layout: testLayout, keyPrefix })
    const other = createLayout({
      shards: 8,
      accumulators: [sessionsAccumulator({ priceDigits: 4, volumeDigits: 0, zone: 'Europe/London' })],
    })
    await expect(checkRedis(redis, { layout: other, keyPrefix })).rejects.toMatchObject({
      code: 'WEIR_LAYOUT_CHANGED',
      message: expect.stringMatching(
        /base: SHARDS is 4 in the store and 8 here; sessions: period is .*New_York.*London/,
      ),
    })
  })

  it('adds an accumulator that is new, and tells of one that this process does not know', async () => {
    const keyPrefix = freshKeyPrefix()
    const bars = { ...sessions, name: 'bars', table: 'bar_parts' }
    await checkRedis(redis, { layout: createLayout({ shards: 4, accumulators: [sessions, bars] }), keyPrefix })
    const report = await checkRedis(redis, { layout: testLayout, keyPrefix })
    expect(report.unknownAccumulators).toEqual(['bars'])
  })
})

describe('a Redis that was wiped', () => {
  it('gets the text of its layout back with the first call', async () => {
    const { store, keyPrefix } = openTestStore(redis)
    expect(await store.apply(SHARD, { ...tickCall(1, []), openUnrestored: false })).toEqual({ kind: 'unopened' })
    expect((await redis.hkeys(`${keyPrefix}:layout`)).toSorted()).toEqual(['base', 'sessions'])
  })
})

/** Answers INFO as Redis 6.2 does, and everything else with OK. */
async function startOldServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const info = '# Server\r\nredis_version:6.2.14\r\nloading:0\r\nmaxmemory_policy:noeviction\r\n'
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('data', (bytes) => {
      for (const command of bytes.toString().match(/^\*\d+\r\n\$\d+\r\n\w+/gm) ?? []) {
        socket.write(command.endsWith('info') ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n')
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}
