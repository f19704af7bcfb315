// Goal: a script is never run twice by the client, and no call stays open. Method: a counter behind a connection that
// loses replies; ioredis's own settings would count it twice.
import { FaultProxy, freshKeyPrefix, testRedisUrl } from '@weir/testkit'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ConnectionLog, connectRedis, redisReady } from './connect.ts'
import { loadLuaScript } from './lua-script.ts'
import { connectTestRedis } from './redis-store.fixture.ts'
import { runScript } from './run-script.ts'

const COUNT = { name: 'count', sha1: '', source: "#!lua\nreturn redis.call('INCR', KEYS[1])" }
const COMMAND_TIMEOUT_MS = 300

let direct: Redis
let proxy: FaultProxy
let redis: Redis
let key: string

beforeAll(async () => {
  direct = await connectTestRedis()
})

afterAll(() => direct.quit())

beforeEach(async () => {
  proxy = await FaultProxy.start(testRedisUrl())
  redis = await connectTestRedis(proxy.url, COMMAND_TIMEOUT_MS)
  key = `${freshKeyPrefix()}counter`
})

afterEach(async () => {
  redis.disconnect()
  await proxy[Symbol.asyncDispose]()
})

const count = () => redis.eval(COUNT.source, 1, key)

describe('a script whose reply is lost', () => {
  it('with its connection is run once, and the call fails at once', async () => {
    proxy.cutReplies(1)
    await expect(count()).rejects.toThrow('max retries per request')
    await expect.poll(() => redis.status).toBe('ready')
    expect(await count()).toBe(2)
    expect(await direct.get(key)).toBe('2')
  })

  it('on a connection that stays is run once, and the call times out', async () => {
    proxy.setMode({ kind: 'swallow-replies' })
    await expect(count()).rejects.toThrow('Command timed out')
    proxy.setMode({ kind: 'pass' })
    proxy.resetAll()
    await expect.poll(() => redis.status).toBe('ready')
    expect(await direct.get(key)).toBe('1')
  })

  it('among many in flight is run once, as are they', async () => {
    const lost = proxy.nextLostReply()
    proxy.setMode({ kind: 'swallow-replies' })
    const calls = Promise.allSettled(Array.from({ length: 20 }, count))
    await lost
    proxy.resetAll()
    proxy.setMode({ kind: 'pass' })
    expect((await calls).map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 'rejected'))
    await expect.poll(() => redis.status).toBe('ready')
    expect(Number(await direct.get(key))).toBeLessThanOrEqual(20)
  })
})

describe('a connection', () => {
  it('that goes dead is noticed by the command that waits on it, and made anew', async () => {
    proxy.setMode({ kind: 'black-hole' })
    const closed = new Promise((resolve) => redis.once('close', resolve))
    await expect(count()).rejects.toThrow('Command timed out')
    await closed
    proxy.setMode({ kind: 'pass' })
    await expect.poll(() => redis.status, { timeout: 10_000 }).toBe('ready')
    expect(await count()).toBe(1)
  })

  it('that is refused fails calls at once, and is back by itself when the server is', async () => {
    proxy.setMode({ kind: 'refuse' })
    proxy.resetAll()
    await expect.poll(() => redis.status).not.toBe('ready')
    const script = loadLuaScript('forget-lanes')
    await expect(runScript(redis, script, [key, key], [0])).rejects.toMatchObject({
      code: 'WEIR_STORE_UNREACHABLE',
      retryable: true,
    })
    proxy.setMode({ kind: 'pass' })
    await expect.poll(() => redis.status).toBe('ready')
    expect(await runScript(redis, script, [key, key], [0])).toBe(0)
  })

  it('is reported once when it is lost and once when it is back', async () => {
    const lines: string[] = []
    const log: ConnectionLog = {
      info: (_fields, message) => lines.push(message),
      warn: (fields, message) => lines.push(`${message}: ${JSON.stringify(fields)}`),
    }
    const logged = connectRedis({ url: proxy.url, purpose: 'weir-log', commandTimeoutMs: COMMAND_TIMEOUT_MS, log })
    await redisReady(logged, AbortSignal.timeout(5000))
    proxy.setMode({ kind: 'refuse' })
    proxy.resetAll()
    await expect.poll(() => lines.length).toBe(1)
    proxy.setMode({ kind: 'pass' })
    await expect.poll(() => lines.length).toBe(2)
    expect(lines[0]).toMatch(/^Redis connection .*reconnecting: .*weir-log/)
    expect(lines[1]).toBe('Redis connection is back')
    await logged.quit()
    expect(lines.length).toBe(2)
  })

  it('takes no settings from the URL that would undo its own', () => {
    const own = connectRedis({
      url: `${proxy.url}?maxRetriesPerRequest=9`,
      purpose: 'weir-query',
      commandTimeoutMs: 1000,
    })
    expect(own.options).toMatchObject({
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
    })
    own.disconnect()
  })

  it('uses TLS for a rediss URL', () => {
    const own = connectRedis({ url: 'rediss://127.0.0.1:1', purpose: 'weir-tls', commandTimeoutMs: 1000 })
    expect(own.options.tls).toBeTruthy()
    own.disconnect()
  })
})

describe('waiting for a connection', () => {
  it('ends with the reason when the signal aborts', async () => {
    const nobody = connectRedis({ url: 'redis://127.0.0.1:1', purpose: 'weir-nobody', commandTimeoutMs: 1000 })
    await expect(redisReady(nobody, AbortSignal.timeout(200))).rejects.toMatchObject({
      code: 'WEIR_STORE_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    })
    nobody.disconnect()
  })

  it('tells a wrong password from a server that is not there', async () => {
    const name = `weir-${freshKeyPrefix().replace(':', '')}`
    await direct.acl('SETUSER', name, 'on', '>right', '~*', '+@all')
    const url = new URL(testRedisUrl())
    url.username = name
    url.password = 'wrong'
    const stranger = connectRedis({ url: url.href, purpose: 'weir-stranger', commandTimeoutMs: 1000 })
    const refusal = await redisReady(stranger, AbortSignal.timeout(300)).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: 'WEIR_STORE_UNAUTHORIZED', retryable: false })
    expect(String((refusal as Error).message)).not.toContain('wrong-')
    stranger.disconnect()
    await direct.acl('DELUSER', name)
  })
})
