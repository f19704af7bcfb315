/** Servers and processes of one fault test, with what ends them all in the right order. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ServerHandle, startPostgres, startRedis } from '@weir/servers'
import { createTestDatabase, freshKeyPrefix, testRedisUrl } from '@weir/testkit'
import { assertSucceeded, runCli, startWeirProcess, type WeirProcess } from './weir-processes.ts'

const workDir = fileURLToPath(new URL('../node_modules/.cache/weir', import.meta.url))

export interface FaultServers {
  readonly redisUrl: string
  readonly databaseUrl: string
  readonly redis: Restartable
  readonly postgres: Restartable
  /** The environment of a Weir process on these servers. */
  readonly env: Record<string, string>
  stop(): Promise<void>
}

export interface Restartable {
  /** kill -9, waits until it is gone. */
  crash(): Promise<void>
  /** A graceful end. */
  stop(): Promise<void>
  start(): Promise<void>
}

/** A Redis (AOF always) and a PostgreSQL of this test's own, migrated, on ports that stay the same over restarts. */
export async function startFaultServers(settings: Record<string, string> = {}): Promise<FaultServers> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-fault-'))
  await chmod(folder, 0o755)
  const log = () => undefined
  let redis = await startRedis({ dataDir: join(folder, 'redis'), port: 0, workDir, appendfsync: 'always', log })
  let postgres = await startPostgres({ dataDir: join(folder, 'postgres'), port: 0, workDir, durable: true, log })
  const redisPort = redis.port
  const postgresPort = postgres.port
  const env = { REDIS_URL: redis.url, DATABASE_URL: postgres.url, ...settings }
  const migrated = await runCli(['migrate', '--json'], env)
  if (migrated.code !== 0) throw new Error(`migrate failed: ${migrated.stderr}`)
  return {
    redisUrl: redis.url,
    databaseUrl: postgres.url,
    env,
    redis: restartable(
      () => redis,
      async () => {
        redis = await startRedis({
          dataDir: join(folder, 'redis'),
          port: redisPort,
          workDir,
          appendfsync: 'always',
          log,
        })
      },
    ),
    postgres: restartable(
      () => postgres,
      async () => {
        postgres = await startPostgres({
          dataDir: join(folder, 'postgres'),
          port: postgresPort,
          workDir,
          durable: true,
          log,
        })
      },
    ),
    async stop() {
      await redis.stop()
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export interface FaultWeir {
  readonly servers: FaultServers
  readonly ingest: WeirProcess
  readonly sync: WeirProcess
  stop(): Promise<void>
}

/** One ingest and one sync process on servers of their own. */
export async function startFaultWeir(settings: Record<string, string> = {}): Promise<FaultWeir> {
  const servers = await startFaultServers(settings)
  const ingest = await startWeirProcess('ingest', servers.env)
  const sync = await startWeirProcess('sync', servers.env)
  return {
    servers,
    ingest,
    sync,
    async stop() {
      await ingest.stop()
      await sync.stop()
      await servers.stop()
    },
  }
}

export interface RunWeir {
  readonly databaseUrl: string
  /** The environment of a Weir process on these stores. */
  readonly env: Record<string, string>
  readonly ingest: WeirProcess
  readonly sync: WeirProcess
  stop(): Promise<void>
}

/** The same in the servers of this run, under a prefix and in a database of its own: where no server is to be killed. */
export async function startRunWeir(settings: Record<string, string> = {}): Promise<RunWeir> {
  const database = await createTestDatabase()
  const env = {
    REDIS_URL: testRedisUrl(),
    DATABASE_URL: database.url,
    REDIS_KEY_PREFIX: freshKeyPrefix(),
    ...settings,
  }
  assertSucceeded(await runCli(['migrate', '--json'], env))
  const ingest = await startWeirProcess('ingest', env)
  const sync = await startWeirProcess('sync', env).catch(async (error: unknown) => {
    await ingest.crash()
    throw error
  })
  return {
    databaseUrl: database.url,
    env,
    ingest,
    sync,
    async stop() {
      await Promise.all([ingest.stop(), sync.stop()])
      await database.drop()
    },
  }
}

function restartable(handle: () => ServerHandle, start: () => Promise<void>): Restartable {
  return {
    async crash() {
      handle().kill('SIGKILL')
      await handle().exited
    },
    stop: () => handle().stop(),
    start,
  }
}
