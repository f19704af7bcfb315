// An embedded PostgreSQL against the ways in which it, its starter and its neighbours end.

import { spawn } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServerInChild, testServerWorkDir } from '@weir/testkit'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type PostgresOptions, removePostgresData, startPostgres } from './postgres-server.ts'
import { describeProcess } from './process-table.ts'
import type { ServerHandle } from './server-handle.ts'

let dataDir: string
let handles: ServerHandle[]

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'weir-postgres-'))
  await chmod(dataDir, 0o755)
  handles = []
})

afterEach(async () => {
  await Promise.all(handles.map((handle) => handle.stop()))
  await removePostgresData(dataDir, () => {})
})

async function start(options: Partial<PostgresOptions> = {}): Promise<ServerHandle> {
  const handle = await startPostgres({ ...plainOptions(), log: () => {}, ...options })
  handles.push(handle)
  return handle
}

/** Durable, because most of these tests kill the server. */
function plainOptions(): Omit<PostgresOptions, 'log'> {
  return { dataDir, port: 0, workDir: testServerWorkDir(), durable: true }
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end().catch(() => {})
  }
}

describe('startPostgres', () => {
  it('brings back every committed row after the server is killed, and its password still opens it', async () => {
    const first = await start()
    await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS one')
    first.kill('SIGKILL')
    expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL', expected: false })
    const second = await start({ port: first.port })
    expect(second.url).toBe(first.url)
    expect(await query(second.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }])
  })

  it('makes a UTF8 database in locale C that nobody enters without the password', async () => {
    const { url } = await start()
    expect(
      await query(
        url,
        `SELECT pg_encoding_to_char(encoding) AS encoding, datcollate FROM pg_database WHERE datname = 'weir'`,
      ),
    ).toEqual([{ encoding: 'UTF8', datcollate: 'C' }])
    const wrong = new URL(url)
    wrong.password = 'wrong'
    await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/)
  })

  it('makes a new password where the file with the old one is gone', async () => {
    const first = await start()
    await first.stop()
    await rm(join(dataDir, 'password'))
    const second = await start()
    expect(second.url).not.toBe(first.url)
    expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
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
    await expect(start({ port: 0 })).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' })
  })

  it('stops the server that a killed starter left behind, and starts again with its data', async () => {
    const orphan = await startServerInChild({ name: 'startPostgres', options: plainOptions() })
    await query(orphan.url, 'CREATE TABLE kept AS SELECT 1 AS one')
    await orphan.killStarter()
    expect(await describeProcess(orphan.pid)).toBeDefined()
    const next = await start({ port: orphan.port })
    expect(await describeProcess(orphan.pid)).toBeUndefined()
    expect(await query(next.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }])
  })

  it('starts where a stranger got the process number of a dead server, and leaves that one alone', async () => {
    const first = await start()
    await first.stop()
    const stranger = spawn('sleep', ['60'])
    try {
      const pidFile = join(dataDir, 'cluster', 'postmaster.pid')
      await writeFile(pidFile, `${stranger.pid}\n${join(dataDir, 'cluster')}\n`)
      await start()
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
    } finally {
      stranger.kill('SIGKILL')
    }
  })
})
