// An embedded Redis against the ways in which it, its starter and its neighbours end.

import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServerInChild, testServerWorkDir } from '@weir/testkit'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeProcess } from './process-table.ts'
import { askRedisReadiness } from './redis-readiness.ts'
import { type RedisOptions, startRedis } from './redis-server.ts'
import { runningServerUrl } from './running-server-url.ts'
import type { ServerHandle } from './server-handle.ts'

let dataDir: string
let handles: ServerHandle[]

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'weir-redis-'))
  handles = []
})

afterEach(async () => {
  await Promise.all(handles.map((handle) => handle.stop()))
  await rm(dataDir, { recursive: true, force: true })
})

async function start(options: Partial<RedisOptions> = {}): Promise<ServerHandle> {
  const handle = await startRedis({ ...plainOptions(), log: () => {}, ...options })
  handles.push(handle)
  return handle
}

function plainOptions(): Omit<RedisOptions, 'log'> {
  return { dataDir, port: 0, workDir: testServerWorkDir(), appendfsync: 'always' }
}

async function withClient<Result>(url: string, use: (client: Redis) => Promise<Result>): Promise<Result> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null })
  client.on('error', () => {})
  try {
    await client.connect()
    return await use(client)
  } finally {
    client.disconnect()
  }
}

describe('startRedis', () => {
  it('brings back every acknowledged write after the server is killed', async () => {
    const first = await start()
    await withClient(first.url, (client) => client.set('kept', 'yes'))
    first.kill('SIGKILL')
    expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL', expected: false })
    const second = await start({ port: first.port })
    expect(second.url).toBe(first.url)
    expect(await withClient(second.url, (client) => client.get('kept'))).toBe('yes')
  })

  it('never evicts, appends every write, and listens on loopback with a password only', async () => {
    const { url, port } = await start()
    const settings = await withClient(url, (client) =>
      client.config('GET', 'maxmemory-policy', 'appendonly', 'appendfsync', 'save', 'bind', 'dir'),
    )
    expect(settings).toEqual(expect.arrayContaining(['noeviction', 'yes', 'always', '127.0.0.1', dataDir]))
    expect(await askRedisReadiness(port, 'wrong')).toMatchObject({
      kind: 'refused',
      answer: expect.stringContaining('NOAUTH'),
    })
  })

  it('rewrites its log at half a GB and not at the 64 MB of Redis, each of which would stall acknowledgements', async () => {
    const { url } = await start()
    const size = await withClient(url, (client) => client.config('GET', 'auto-aof-rewrite-min-size'))
    expect(size).toEqual(['auto-aof-rewrite-min-size', String(512 * 1024 * 1024)])
  })

  it('refuses a port in use by its number, and leaves the data directory free', async () => {
    const stranger = createServer()
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
    const address = stranger.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    await expect(start({ port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: expect.stringContaining(`:${port}`),
    })
    await new Promise((resolve) => stranger.close(resolve))
    await start({ port })
  })

  it('refuses a data directory that a living Weir holds', async () => {
    await start()
    await expect(start()).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' })
  })

  it('stops the server that a killed starter left behind, and starts again with its data', async () => {
    const orphan = await startServerInChild({ name: 'startRedis', options: plainOptions() })
    await withClient(orphan.url, (client) => client.set('kept', 'yes'))
    await orphan.killStarter()
    expect(await describeProcess(orphan.pid)).toBeDefined()
    const lines: string[] = []
    const next = await start({ port: orphan.port, log: (line) => lines.push(line) })
    expect(lines.join('\n')).toContain(`process ${orphan.pid} was left behind`)
    expect(await describeProcess(orphan.pid)).toBeUndefined()
    expect(await withClient(next.url, (client) => client.get('kept'))).toBe('yes')
  })

  it('leaves a stranger alone that got the process number of a dead server', async () => {
    const stranger = spawn('sleep', ['60'])
    try {
      await writeFile(join(dataDir, 'redis.pid'), `${stranger.pid}\n`)
      await start()
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
    } finally {
      stranger.kill('SIGKILL')
    }
  })

  it('says why a server did not start', async () => {
    await expect(start({ extraArguments: ['--maxmemory', 'much'] })).rejects.toMatchObject({
      code: 'SERVER_DID_NOT_START',
      message: expect.stringContaining('maxmemory'),
    })
  })

  it('tells a second terminal the URL while it runs, and keeps the password from other users', async () => {
    const handle = await start()
    expect(await runningServerUrl(dataDir)).toBe(handle.url)
    const commandLine = (await describeProcess(handle.pid))?.commandLine ?? ''
    const password = (await readFile(join(dataDir, 'password'), 'utf8')).trim()
    expect(commandLine).toContain(dataDir)
    expect(commandLine).not.toContain(password)
    await handle.stop()
    expect(await runningServerUrl(dataDir)).toBeUndefined()
    expect(await handle.exited).toMatchObject({ expected: true })
  })
})
