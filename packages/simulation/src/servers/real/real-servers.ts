/** Real servers for run after run: a redis-server or more for each, and one database, emptied in between. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Layout } from '@weir/accumulator'
import { connectPostgres, migrate, type Postgres } from '@weir/postgres'
import { findRedisServer, type RedisBinary } from '@weir/servers'
import { createDatabase } from '@weir/testkit'
import { allAccumulators } from '../../plan/accumulators.ts'
import type { RedisServerOptions } from '../redis-server.ts'
import type { Servers } from '../servers.ts'
import { ProcessStarter } from './process-starter.ts'
import { RealDatabase } from './real-database.ts'
import { RealRedisServer } from './real-redis-server.ts'
import { type RedisProcess, startRedisProcess } from './redis-process.ts'

export interface RealServersOptions {
  /** Where a fetched redis-server is kept. */
  readonly workDir: string
  /** Of a PostgreSQL whose user may create databases. */
  readonly postgresUrl: string
}

const POOL_MAX = 4
const STATEMENT_MS = 30_000

export class RealServers implements Servers {
  readonly #binary: RedisBinary
  readonly #db: Postgres
  readonly #folder: string
  readonly #dropDatabase: () => Promise<void>
  readonly #starter = new ProcessStarter()
  #processes: RedisProcess[] = []
  #folders = 0

  static async open({ workDir, postgresUrl }: RealServersOptions): Promise<RealServers> {
    const binary = await findRedisServer({ workDir, log: () => undefined })
    const folder = await mkdtemp(join(tmpdir(), 'weir-simulation-'))
    const { url, drop } = await createDatabase(postgresUrl)
    const db = connectPostgres({
      url,
      poolMax: POOL_MAX,
      statementTimeoutMs: STATEMENT_MS,
      lockTimeoutMs: STATEMENT_MS - 1,
      idleInTransactionTimeoutMs: STATEMENT_MS,
      connectionTimeoutMs: STATEMENT_MS,
    })
    await migrate(db, allAccumulators)
    return new RealServers(binary, folder, db, drop)
  }

  private constructor(binary: RedisBinary, folder: string, db: Postgres, dropDatabase: () => Promise<void>) {
    this.#binary = binary
    this.#folder = folder
    this.#db = db
    this.#dropDatabase = dropDatabase
  }

  openRedis(options: RedisServerOptions): Promise<RealRedisServer> {
    return RealRedisServer.start({
      ...options,
      newFolder: () => mkdtemp(join(this.#folder, `redis-${++this.#folders}-`)),
      startProcess: async (dataDir, port) => {
        const started = await startRedisProcess(this.#starter, this.#binary, dataDir, port)
        this.#processes.push(started)
        return started
      },
    })
  }

  openDatabase(layout: Layout): Promise<RealDatabase> {
    return RealDatabase.open(this.#db, layout)
  }

  async endRun(): Promise<void> {
    await Promise.all(this.#processes.map((running) => running.kill()))
    this.#processes = []
    await rm(this.#folder, { recursive: true, force: true })
    await mkdir(this.#folder)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.endRun()
    await this.#starter[Symbol.asyncDispose]()
    await rm(this.#folder, { recursive: true, force: true })
    await this.#db.destroy()
    await this.#dropDatabase()
  }
}
