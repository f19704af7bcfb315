/**
 * A real redis-server with the real scripts. Its log holds what each write has appended to its file; an older state is made by
 * killing it, cutting its file and starting it again. Only the answers of TIME and the facts of fsyncs are the scheduler's.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { assert, type HotStore } from '@weir/accumulator'
import { RedisHotStore } from '@weir/redis'
import { freePort } from '@weir/servers'
import {
  KEY_PREFIX,
  type Machine,
  type RedisContent,
  type RedisServer,
  type RedisServerOptions,
} from '../redis-server.ts'
import { DURABILITY_AGE_MS } from '../redis-settings.ts'
import { AppendOnlyReader, writeAppendOnlyFile } from './append-only-file.ts'
import { redisContent } from './redis-content.ts'
import type { RedisConnection, RedisProcess } from './redis-process.ts'
import { scheduledConnection } from './scheduled-connection.ts'

export interface RealRedisOptions extends RedisServerOptions {
  readonly newFolder: () => Promise<string>
  readonly startProcess: (dataDir: string, port: number) => Promise<RedisProcess>
}

const POLL_MS = 2
const POLLS_MAX = 10_000

export class RealRedisServer implements RedisServer {
  readonly store: HotStore
  readonly content: RedisContent
  runId = ''
  replicationId = ''
  readonly #options: RealRedisOptions
  readonly #dataDir: string
  readonly #log: Buffer[]
  #process!: RedisProcess
  #file!: AppendOnlyReader
  #isFull = false

  /** On these writes. */
  static async start(options: RealRedisOptions, log: readonly Buffer[] = []): Promise<RealRedisServer> {
    const server = new RealRedisServer(options, await options.newFolder(), log)
    await writeAppendOnlyFile(server.#dataDir, log)
    await server.#start()
    return server
  }

  private constructor(options: RealRedisOptions, dataDir: string, log: readonly Buffer[]) {
    this.#options = options
    this.#dataDir = dataDir
    this.#log = [...log]
    const { layout, machine, variantOf } = options
    const store = new RedisHotStore({
      redis: scheduledConnection(() => this.#connection, machine),
      layout,
      keyPrefix: KEY_PREFIX,
      durabilityAgeMs: DURABILITY_AGE_MS,
      durability: machine.disk.mode,
    })
    this.content = redisContent(() => this.#connection)
    this.store = variantOf(store, { server: this, machine })
  }

  get #connection(): RedisConnection {
    return this.#process.connection
  }

  get writes(): number {
    return this.#log.length
  }

  async logWrite(): Promise<void> {
    this.#log.push(this.#file.next())
  }

  /** A Redis that starts on an append-only file has another replication id each time. */
  async restart(kept: number): Promise<void> {
    this.#file.close()
    await this.#process.kill()
    if (kept < this.#log.length) {
      this.#cutTo(kept)
      await writeAppendOnlyFile(this.#dataDir, this.#log)
    }
    await this.#start()
  }

  async replaceData(kept: number): Promise<void> {
    this.#cutTo(kept)
    const { newFolder, startProcess } = this.#options
    const [folder, port] = [await newFolder(), await freePort()]
    await writeAppendOnlyFile(folder, this.#log)
    const master = await startProcess(folder, port)
    // At the usual 10 times a second, both would wait for their next look at what they have begun.
    for (const { connection } of [master, this.#process]) await connection.config('SET', 'hz', 500)
    await this.#connection.replicaof('127.0.0.1', port)
    await this.#until('replication', 'master_link_status:up')
    await this.#connection.replicaof('NO', 'ONE')
    await this.#until('persistence', 'aof_rewrite_in_progress:0', 'aof_rewrite_scheduled:0')
    await master.kill()
    this.#file.close()
    await this.#isReady()
  }

  async fork(machine: Machine, kept: number): Promise<RedisServer> {
    return RealRedisServer.start({ ...this.#options, machine }, this.#log.slice(0, kept))
  }

  async wipe(): Promise<void> {
    await this.#connection.flushall()
    await this.logWrite()
  }

  /** One byte is always in use. */
  async setFull(isFull: boolean): Promise<void> {
    this.#isFull = isFull
    await this.#connection.config('SET', 'maxmemory', isFull ? 1 : 0)
  }

  async #start(): Promise<void> {
    this.#process = await this.#options.startProcess(this.#dataDir, 0)
    if (this.#isFull) await this.setFull(true)
    await this.#isReady()
  }

  async #isReady(): Promise<void> {
    this.#file = await AppendOnlyReader.open(this.#dataDir)
    const info = await this.#connection.info('server', 'replication')
    this.runId = /run_id:(\w+)/.exec(info)?.[1] ?? ''
    this.replicationId = /master_replid:(\w+)/.exec(info)?.[1] ?? ''
  }

  #cutTo(kept: number): void {
    assert(kept >= 0 && kept <= this.#log.length, 'a part of the log is kept')
    this.#log.length = kept
  }

  async #until(section: string, ...facts: readonly string[]): Promise<void> {
    for (let poll = 0; poll < POLLS_MAX; poll++) {
      const info = await this.#connection.info(section)
      if (facts.every((fact) => info.includes(fact))) return
      await sleep(POLL_MS)
    }
    throw new Error(`Redis never says ${facts.join(' and ')}`)
  }
}
