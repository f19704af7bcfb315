// Goal: on servers of one's own, commands say which server is wrong and what to do, with the exit code for it and no secret.
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestDatabase, freePort, type TestDatabase, testRedisUrl } from '@weir/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runWeir, weirSucceeds } from './testing/run-weir.ts'

const PASSWORD = 'hush-hush'
let database: TestDatabase
let env: Record<string, string>
let deadPort: number
let folder: string

beforeAll(async () => {
  database = await createTestDatabase()
  env = { REDIS_URL: testRedisUrl(), DATABASE_URL: database.url, REDIS_KEY_PREFIX: `cli-${randomUUID().slice(0, 8)}` }
  deadPort = await freePort()
  folder = await mkdtemp(join(tmpdir(), 'weir-cli-'))
})
afterAll(async () => {
  await database?.drop()
  await rm(folder, { recursive: true, force: true })
})

/** The same server, with another password. */
function withWrongPassword(url: string): string {
  const wrong = new URL(url)
  wrong.password = PASSWORD
  return wrong.href
}

describe('migrate', () => {
  it('makes the tables once, and says what it did', async () => {
    expect(await runWeir(['verify'], env)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('run `weir migrate`'),
    })
    const first = await weirSucceeds(['migrate', '--json'], env)
    expect(first.json()).toEqual({
      applied: expect.arrayContaining([expect.stringContaining('sessions')]),
    })
    expect((await runWeir(['migrate'], env)).stdout).toBe('Nothing to do: the database is up to date.\n')
  })

  it('refuses a database of another layout, naming the difference', async () => {
    const refused = await runWeir(['migrate'], { ...env, SHARDS: '16' })
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/^weir: .*another layout: SHARDS is 4 in the store and 16 here.*\n$/)
  })

  it('reports every wrong setting at once', async () => {
    const refused = await runWeir(['migrate'], { ...env, SHARDS: 'many', PRICE_SCALE: '7' })
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/SHARDS is "many".*\n.*PRICE_SCALE is "7"/),
    })
  })
})

describe('an empty system', () => {
  it('is right: nothing accepted, nothing stored', async () => {
    const verified = await weirSucceeds(['verify', '--json'], env)
    expect(verified.json()).toMatchObject({
      ok: true,
      accumulators: [
        { accumulator: 'sessions', accepted: 0, gaps: 0 },
        { accumulator: 'market', accepted: 0, gaps: 0 },
      ],
    })
    const status = await runWeir(['status'], env)
    expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining('none of 4 has taken a tick yet') })
  })
})

describe('a server that cannot be reached', () => {
  const dead = () => ({
    redis: { REDIS_URL: `redis://:${PASSWORD}@127.0.0.1:${deadPort}` },
    postgres: { DATABASE_URL: `postgres://weir:${PASSWORD}@127.0.0.1:${deadPort}/weir` },
  })

  it.each([
    ['verify', 'redis', ['verify']],
    ['verify', 'postgres', ['verify']],
    ['inspect', 'redis', ['inspect', 'SPY']],
    ['sync', 'redis', ['sync', '--timeout', '2']],
    ['migrate', 'postgres', ['migrate']],
    ['up', 'redis', ['up', '--port', '0', '--data-dir', 'data']],
  ] as const)('%s: %s, is told with exit code 69 and without its password', async (_command, server, argumentList) => {
    const failed = await runWeir([...argumentList], { ...env, ...dead()[server] }, folder)
    expect(failed).toMatchObject({ code: 69, stdout: '' })
    expect(failed.stderr).toMatch(/^weir: .*ECONNREFUSED.*\n$/)
    expect(failed.stderr).not.toContain(PASSWORD)
    expect(failed.stderr).not.toMatch(/\n\s+at /)
  })

  it('status tells the other server all the same', async () => {
    const status = await runWeir(['status', '--json'], { ...env, ...dead().postgres })
    expect(status.code).toBe(69)
    expect(status.json()).toMatchObject({
      redis: { maxmemoryPolicy: 'noeviction' },
      postgres: { error: expect.stringContaining('ECONNREFUSED') },
    })
  })

  it('replay ends with 69 soon, where there is no ingest server at all', async () => {
    await writeFile(join(folder, 'one.csv'), 'symbol,price,volume,timestamp\nSPY,1,1,1\n')
    const failed = await runWeir(['replay', 'one.csv', '--url', `http://127.0.0.1:${deadPort}`], env, folder)
    expect(failed).toMatchObject({
      code: 69,
      stdout: '',
      stderr: expect.stringContaining('cannot be reached (ECONNREFUSED)'),
    })
  })
})

describe('a wrong password', () => {
  it('of Redis is told as that, with what to do', async () => {
    const failed = await runWeir(['verify'], { ...env, REDIS_URL: withWrongPassword(env.REDIS_URL ?? '') })
    expect(failed).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^weir: .*refuses our credentials.*REDIS_URL.*\n$/),
    })
    expect(failed.stderr).not.toContain(PASSWORD)
  })

  it('of PostgreSQL is told as that, with what to do', async () => {
    const failed = await runWeir(['verify'], { ...env, DATABASE_URL: withWrongPassword(database.url) })
    expect(failed).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^weir: .*password authentication failed.*\n$/),
    })
    expect(failed.stderr).not.toContain(PASSWORD)
  })
})
