import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeEnvironment } from './config.ts'
import { readRunFile, writeRunFile } from './run-file.ts'

let folder: string
let runsHere: string
let wasHere: string
const runFile = {
  ingest: 'http://127.0.0.1:1',
  dashboard: 'http://127.0.0.1:2',
  redis: 'redis://:pw@127.0.0.1:3',
  postgres: 'postgres://weir:pw@127.0.0.1:4/weir',
  settings: { SHARDS: '16' },
}
/** Above every process number that Linux gives. */
const NO_PROCESS = 2 ** 22 + 1

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-config-'))
  runsHere = join(folder, 'runs')
  wasHere = join(folder, 'was')
  await writeRunFile(runsHere, { pid: process.pid, ...runFile })
  await writeRunFile(wasHere, { pid: NO_PROCESS, ...runFile })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('storeEnvironment', () => {
  it('takes the servers and shared settings of a `weir up` that runs', async () => {
    expect(await storeEnvironment({ HOME: '/' }, runsHere, ['REDIS_URL', 'DATABASE_URL'])).toEqual({
      HOME: '/',
      REDIS_URL: runFile.redis,
      DATABASE_URL: runFile.postgres,
      SHARDS: '16',
    })
  })

  it('lets the environment win', async () => {
    const env = { REDIS_URL: 'redis://mine', SHARDS: '8', DATABASE_URL_FILE: '/secret' }
    expect(await storeEnvironment(env, runsHere, ['REDIS_URL', 'DATABASE_URL'])).toEqual(env)
  })

  it('does not believe a file whose process is gone', async () => {
    expect(await readRunFile(wasHere)).toBeUndefined()
    await expect(storeEnvironment({}, wasHere, ['REDIS_URL'])).rejects.toThrow(
      /no `weir up` runs on .*was, and REDIS_URL is not set/,
    )
  })

  it('asks only for what a command needs', async () => {
    const env = { DATABASE_URL: 'postgres://mine/db' }
    expect(await storeEnvironment(env, wasHere, ['DATABASE_URL'])).toEqual(env)
  })
})
