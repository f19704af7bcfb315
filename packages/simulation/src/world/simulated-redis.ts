/** A Redis as the network reaches it: a server on a machine whose clock and disk are the scheduler's. */
import { type ApplyCall, type ApplyOutcome, type HotStore, StoreError } from '@weir/accumulator'
import { redisKeys } from '@weir/testkit'
import type { Workload } from '../plan/workload.ts'
import { KEY_PREFIX, type Machine, type RedisContent, type RedisServer } from '../servers/redis-server.ts'
import { type Arrival, Arrivals } from './arrivals.ts'
import type { CallTarget } from './call.ts'
import { type AppendFsync, Disk } from './disk.ts'
import type { SimulatedProcess } from './process.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface RedisOptions {
  /** An empty server on this machine. */
  readonly open: (machine: Machine) => Promise<RedisServer>
  readonly time: VirtualTime
  readonly workload: Workload
  /** Filled with all that arrives at any server of the run. */
  readonly everArrived: Arrival[]
  readonly appendFsync: AppendFsync
  /** Numbers stretches of history; counts up over all servers of a run. */
  readonly nextId: () => number
  /** Told of every call that was carried out. */
  readonly onExecuted: (executed: ExecutedCall) => Promise<void>
}

export interface ExecutedCall {
  readonly server: SimulatedRedis
  readonly sender: SimulatedProcess
  readonly method: string
  readonly args: readonly unknown[]
  readonly result: unknown
  /** How many writes the server had carried out before it. */
  readonly writesBefore: number
}

type Method = (...args: readonly unknown[]) => Promise<unknown>

/** Methods that write nothing, so that the log need not hold them. */
const READS: ReadonlySet<string> = new Set(['readDepth', 'readMark', 'readRows', 'readQuarantine', 'durabilityOf'])

export class SimulatedRedis implements CallTarget, Machine {
  readonly name: string
  /** Which ticks its rows count, in the order in which they came. */
  readonly arrivals: Arrivals
  connection = 0
  isDown = false
  /** Of what was cut off the end of the log, the places: a snapshot from behind one saw what is lost. */
  readonly cuts: number[] = []
  readonly #options: RedisOptions
  #isFull = false
  #disk: Disk
  #server!: RedisServer

  static async open(name: string, options: RedisOptions): Promise<SimulatedRedis> {
    const { workload, everArrived, nextId } = options
    const redis = new SimulatedRedis(name, options, new Arrivals(workload, everArrived, nextId()), 0)
    redis.#server = await options.open(redis)
    return redis
  }

  private constructor(name: string, options: RedisOptions, arrivals: Arrivals, writes: number) {
    this.name = name
    this.#options = options
    this.arrivals = arrivals
    this.#disk = new Disk(options.appendFsync, options.time.nowUs, { executed: writes, synced: writes })
  }

  get store(): HotStore {
    return this.#server.store
  }

  /** What it holds, for invariants. */
  get content(): RedisContent {
    return this.#server.content
  }

  get disk(): Disk {
    this.#disk.advance(this.#options.time.nowUs)
    return this.#disk
  }

  /** How many writes it has carried out in all. */
  get writes(): number {
    return this.#server.writes
  }

  get timeUs(): number {
    return this.#options.time.nowUs + this.#disk.clockAheadUs
  }

  get isFull(): boolean {
    return this.#isFull
  }

  /** Whether the shard's origin is of the history that goes on here; else the next `apply` mints another. */
  async isPresentHistory(shard: number): Promise<boolean> {
    const { runId, replicationId } = this.#server
    const meta = await this.content.hash(redisKeys(KEY_PREFIX).shard(shard).meta)
    return meta.get('run_id') === runId && meta.get('replid') === replicationId
  }

  async execute(method: string, args: readonly unknown[], sender: SimulatedProcess): Promise<unknown> {
    if (this.isDown) throw new StoreError('WEIR_STORE_UNREACHABLE', `${this.name} does not run`)
    const writesBefore = this.writes
    const isAnsweredBefore = method === 'apply' && (await this.#hasAnswered(args[0] as number, args[1] as ApplyCall))
    const result = await (this.store[method as keyof HotStore] as Method).apply(this.store, [...args])
    if (!READS.has(method)) {
      await this.#server.logWrite(method, args)
      this.#disk.add(this.#options.time.nowUs)
    }
    if (method === 'apply' && !isAnsweredBefore) {
      this.arrivals.add(this.writes, args[1] as ApplyCall, result as ApplyOutcome)
    }
    await this.#options.onExecuted({ server: this, sender, method, args, result, writesBefore })
    return result
  }

  /** The process ends and starts again on the first `kept` of its writes. */
  async restart(kept: number, keeping: { readonly keepsReplicationId: boolean }): Promise<void> {
    const { synced } = this.disk
    await this.#server.restart(kept, keeping)
    this.#startedOn(kept, Math.min(kept, synced))
  }

  /** The process goes on, with the first `kept` of its writes: it was another's replica for a moment. */
  async replaceData(kept: number): Promise<void> {
    await this.#server.replaceData(kept)
    this.#startedOn(kept, kept)
  }

  /** Another server with the first `kept` of its writes: a replica that was promoted, a copied machine. */
  async fork(name: string, kept: number): Promise<SimulatedRedis> {
    const { nextId } = this.#options
    const fork = new SimulatedRedis(name, this.#options, this.arrivals.fork(kept, nextId()), kept)
    fork.#disk.clockAheadUs = this.#disk.clockAheadUs
    fork.#server = await this.#server.fork(fork, kept)
    return fork
  }

  /** FLUSHALL: the process, and so the run id, stays; and it is a write as any other, which a disk may lose. */
  async wipe(): Promise<void> {
    await this.#server.wipe()
    this.#disk.add(this.#options.time.nowUs)
    this.arrivals.wipe(this.writes, this.#options.nextId())
  }

  async setFull(isFull: boolean): Promise<void> {
    this.#isFull = isFull
    await this.#server.setFull(isFull)
  }

  /** All connections break; a server that does not run answers to none. */
  cutConnections(): void {
    this.connection += 1
  }

  async #hasAnswered(shard: number, { lane }: ApplyCall): Promise<boolean> {
    const record = (await this.content.hash(redisKeys(KEY_PREFIX).shard(shard).lanes)).get(lane.name)
    return record !== undefined && String(record).startsWith(`${lane.sequence}:`)
  }

  #startedOn(kept: number, synced: number): void {
    const { time, appendFsync, nextId } = this.#options
    const { fsyncUs, clockAheadUs } = this.#disk
    this.cuts.push(kept)
    this.arrivals.cut(kept, nextId())
    this.#disk = new Disk(appendFsync, time.nowUs, { executed: kept, synced })
    Object.assign(this.#disk, { fsyncUs, clockAheadUs })
    this.cutConnections()
  }
}
