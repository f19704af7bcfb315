/** The servers of one benchmark, in a folder of their own: Redis as Weir starts it, PostgreSQL with its fsync. */
import { rmSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findRedisServer, removePostgresData, type ServerHandle, startPostgres, startRedis } from '@weir/servers'
import pg from 'pg'
import { redisBenchmarkPath } from '../contenders/redis-limit.ts'
import { RedisAdmin } from './redis-admin.ts'

export interface BenchServers extends AsyncDisposable {
  readonly redisUrl: string
  readonly databaseUrl: string
  readonly redis: RedisAdmin
  /** Of Redis's process. */
  readonly redisPid: number
  readonly workDir: string
  readonly redisBenchmark: { readonly command: string; readonly env: Readonly<Record<string, string>> } | undefined
  /** An empty database; gives its URL. */
  createDatabase(name: string): Promise<string>
}

/** Where `weir up` keeps its server programs too. */
const PROGRAMS_DIR = fileURLToPath(new URL('../../../.weir', import.meta.url))
const OPEN_MODE = 0o755

export async function startBenchServers(log: (line: string) => void): Promise<BenchServers> {
  const workDir = await mkdtemp(join(tmpdir(), 'weir-bench-'))
  // PostgreSQL may run as another user of the system, who has to pass through here.
  await chmod(workDir, OPEN_MODE)
  const held = new AsyncDisposableStack()
  held.defer(() => rm(workDir, { recursive: true, force: true }))
  const common = { port: 0, workDir: PROGRAMS_DIR, log }
  const keep = (server: ServerHandle): ServerHandle => {
    const kill = () => server.kill('SIGKILL')
    process.once('exit', kill)
    held.defer(async () => {
      await server.stop()
      process.off('exit', kill)
    })
    return server
  }
  try {
    const postgresDir = join(workDir, 'postgres')
    held.defer(() => removePostgresData(postgresDir, log))
    const redis = keep(await startRedis({ ...common, dataDir: join(workDir, 'redis'), appendfsync: 'always' }))
    const postgres = keep(await startPostgres({ ...common, dataDir: postgresDir, durable: true }))
    // Where a signal ends the benchmark, nothing may stay behind; the servers are killed by then.
    const removeAll = () => rmSync(workDir, { recursive: true, force: true })
    process.once('exit', removeAll)
    held.defer(async () => void process.off('exit', removeAll))
    const admin = new RedisAdmin(redis.url)
    held.defer(async () => admin.close())
    const { command, env } = await findRedisServer({ workDir: PROGRAMS_DIR, log })
    const benchmark = redisBenchmarkPath(command)
    return {
      redisUrl: redis.url,
      databaseUrl: postgres.url,
      redis: admin,
      redisPid: redis.pid,
      workDir,
      redisBenchmark: benchmark === undefined ? undefined : { command: benchmark, env },
      createDatabase: (name) => createDatabase(postgres.url, name),
      [Symbol.asyncDispose]: () => held.disposeAsync(),
    }
  } catch (error) {
    await held.disposeAsync()
    throw error
  }
}

async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await client.query(`drop database if exists ${name} with (force)`)
    await client.query(`create database ${name}`)
  } finally {
    await client.end()
  }
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}
