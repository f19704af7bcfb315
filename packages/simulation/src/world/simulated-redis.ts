/**
 * A Redis server in memory: the twin of the real one's scripts, a log of its writes, and a disk that follows the log. Any
 * older state of it can be made again from the log: what its disk kept, what a replica had, what a backup holds.
 */
import {
  type ApplyCall,
  type ApplyOutcome,
  assert,
  type Durability,
  type DurabilityReceipt,
  type HotStore,
  type Layout,
  StoreError,
} from '@weir/accumulator'
import { type DiskWatch, judgeDurability, MemoryHotStore, MemoryRedis, redisKeys } from '@weir/testkit'
import type { Workload } from '../plan/workload.ts'
import { type Arrival, Arrivals } from './arrivals.ts'
import type { CallTarget } from './call.ts'
import { type AppendFsync, Disk } from './disk.ts'
import type { SimulatedProcess } from './process.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface RedisOptions {
  readonly layout: Layout
  readonly time: VirtualTime
  readonly workload: Workload
  /** Filled with all that arrives at any server of the run. */
  readonly everArrived: Arrival[]
  readonly appendFsync: AppendFsync
  /** Names run ids and histories; counts up over all servers of a run. */
  readonly nextId: () => number
  /** A known-wrong variant of the scripts, for canaries. */
  readonly variantOf: (store: MemoryHotStore, server: SimulatedRedis) => HotStore
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

interface Write {
  readonly method: string
  readonly args: readonly unknown[]
  readonly timeUs: number
  readonly runId: string
  readonly replicationId: string
}

type Method = (...args: readonly unknown[]) => Promise<unknown>

/** Methods that write nothing, so that the log need not hold them. */
const READS: ReadonlySet<string> = new Set(['readDepth', 'readMark', 'readRows', 'readQuarantine', 'durabilityOf'])
/** Scripts without `allow-oom`: a full Redis refuses them. */
const REFUSED_WHEN_FULL: ReadonlySet<string> = new Set(['apply', 'restore', 'claimKey', 'markDirty'])
const DURABILITY_AGE_MS = 3000
const WIPE = 'FLUSHALL'
/** What the keys of a memory store begin with. */
export const KEY_PREFIX = 'weir'

export class SimulatedRedis implements CallTarget {
  readonly name: string
  readonly store: HotStore
  /** Which ticks its rows count, in the order in which they came. */
  readonly arrivals: Arrivals
  connection = 0
  isDown = false
  isFull = false
  /** Of what was cut off the end of the log, the places: a snapshot from behind one saw what is lost. */
  readonly cuts: number[] = []
  readonly #options: RedisOptions
  readonly #memory: MemoryHotStore
  readonly #log: Write[]
  readonly #watches = new WeakMap<DurabilityReceipt, DiskWatch>()
  #replaying: Write | undefined
  #disk: Disk

  constructor(name: string, options: RedisOptions, log: readonly Write[] = [], arrivals?: Arrivals) {
    this.name = name
    this.#options = options
    this.#log = [...log]
    const { layout, time, appendFsync, nextId, workload, everArrived } = options
    this.arrivals = arrivals ?? new Arrivals(workload, everArrived, nextId())
    this.#memory = new MemoryHotStore({
      layout,
      timeUs: () => this.timeUs,
      redis: this.#newMemory(nextId()),
      durabilityOf: (receipt) => this.#durabilityOf(receipt),
    })
    this.store = options.variantOf(this.#memory, this)
    this.#disk = new Disk(appendFsync, time.nowUs, { executed: log.length, synced: log.length })
  }

  /** What it holds, for invariants and canaries. */
  get memory(): MemoryRedis {
    return this.#memory.redis
  }

  get disk(): Disk {
    this.#disk.advance(this.#options.time.nowUs)
    return this.#disk
  }

  /** How many writes it has carried out in all. */
  get writes(): number {
    return this.#log.length
  }

  get timeUs(): number {
    return this.#replaying?.timeUs ?? this.#options.time.nowUs + this.#disk.clockAheadUs
  }

  /** Whether the shard's origin is of the history that goes on here; else the next `apply` mints another. */
  isPresentHistory(shard: number): boolean {
    const meta = this.memory.hash(redisKeys(KEY_PREFIX).shard(shard).meta)
    return meta.get('run_id') === this.memory.runId && meta.get('replid') === this.memory.replicationId
  }

  async execute(method: string, args: readonly unknown[], sender: SimulatedProcess): Promise<unknown> {
    if (this.isDown) throw new StoreError('WEIR_STORE_UNREACHABLE', `${this.name} does not run`)
    if (this.isFull && REFUSED_WHEN_FULL.has(method))
      throw new StoreError('WEIR_STORE_FULL', `${this.name} is out of memory`)
    this.memory.delayedFsyncs = this.disk.delayedFsyncs
    const writesBefore = this.#log.length
    const isAnsweredBefore = method === 'apply' && this.#hasAnswered(args[0] as number, args[1] as ApplyCall)
    const result = await this.#run(method, args)
    if (!READS.has(method)) this.#logWrite(method, args)
    if (method === 'apply' && !isAnsweredBefore) {
      this.arrivals.add(this.#log.length, args[1] as ApplyCall, result as ApplyOutcome)
    }
    await this.#options.onExecuted({ server: this, sender, method, args, result, writesBefore })
    return result
  }

  /** The process ends and starts again on the first `kept` of its writes. A restart keeps the replication id or not. */
  async restart(kept: number, { keepsReplicationId }: { keepsReplicationId: boolean }): Promise<void> {
    const { replicationId } = this.memory
    const { synced } = this.disk
    this.#cutTo(kept)
    await this.#startAnew(Math.min(kept, synced))
    if (keepsReplicationId) this.memory.replicationId = replicationId
  }

  /** The process goes on, with the first `kept` of its writes: it was another's replica for a moment. */
  async replaceData(kept: number): Promise<void> {
    const { runId } = this.memory
    this.#cutTo(kept)
    await this.#startAnew(kept)
    this.memory.runId = runId
  }

  /** Another server with the first `kept` of its writes: a replica that was promoted, a copied machine. */
  async fork(name: string, kept: number): Promise<SimulatedRedis> {
    const { nextId } = this.#options
    const fork = new SimulatedRedis(name, this.#options, this.#log.slice(0, kept), this.arrivals.fork(kept, nextId()))
    fork.#disk.clockAheadUs = this.#disk.clockAheadUs
    await fork.#replay()
    return fork
  }

  /** FLUSHALL: the process, and so the run id, stays; and it is a write as any other, which a disk may lose. */
  wipe(): void {
    this.#memory.redis.wipe()
    this.#logWrite(WIPE, [])
    this.arrivals.wipe(this.#log.length, this.#options.nextId())
  }

  #hasAnswered(shard: number, { lane }: ApplyCall): boolean {
    const record = this.memory.hash(redisKeys(KEY_PREFIX).shard(shard).lanes).get(lane.name)
    return record !== undefined && String(record).startsWith(`${lane.sequence}:`)
  }

  /** All connections break; a server that does not run answers to none. */
  cutConnections(): void {
    this.connection += 1
  }

  #run(method: string, args: readonly unknown[]): Promise<unknown> {
    return (this.store[method as keyof HotStore] as Method).apply(this.store, [...args])
  }

  #logWrite(method: string, args: readonly unknown[]): void {
    const { runId, replicationId } = this.memory
    this.#log.push({ method, args, timeUs: this.timeUs, runId, replicationId })
    this.#disk.add(this.#options.time.nowUs)
  }

  #cutTo(kept: number): void {
    assert(kept >= 0 && kept <= this.#log.length, 'a part of the log is kept')
    this.cuts.push(kept)
    this.arrivals.cut(kept, this.#options.nextId())
    this.#log.length = kept
  }

  async #startAnew(synced: number): Promise<void> {
    const { time, appendFsync, nextId } = this.#options
    const { fsyncUs, clockAheadUs } = this.#disk
    this.#memory.redis = this.#newMemory(nextId())
    this.#disk = new Disk(appendFsync, time.nowUs, { executed: this.#log.length, synced })
    Object.assign(this.#disk, { fsyncUs, clockAheadUs })
    this.cutConnections()
    await this.#replay()
  }

  /** Scripts give the same from the same state at the same time, so a log of calls is as good as one of effects. */
  async #replay(): Promise<void> {
    const { runId, replicationId } = this.memory
    for (const write of this.#log) {
      this.#replaying = write
      Object.assign(this.memory, { runId: write.runId, replicationId: write.replicationId })
      if (write.method === WIPE) this.memory.wipe()
      else await this.#run(write.method, write.args).catch(() => undefined)
    }
    this.#replaying = undefined
    Object.assign(this.memory, { runId, replicationId })
  }

  #newMemory(id: number): MemoryRedis {
    return new MemoryRedis(`run-${id}`, `replication-${id}`)
  }

  #durabilityOf(receipt: DurabilityReceipt): Durability {
    const { isFsyncPending, executed, written, delayedFsyncs, mode } = this.disk
    const { runId, replicationId } = this.memory
    const info = new Map([
      ['run_id', runId],
      ['master_replid', replicationId],
      ['aof_enabled', '1'],
      ['aof_last_write_status', 'ok'],
      ['aof_pending_bio_fsync', isFsyncPending ? '1' : '0'],
      ['aof_buffer_length', executed > written ? '1' : '0'],
      ['aof_delayed_fsync', String(delayedFsyncs)],
    ])
    const watch = this.#watches.get(receipt) ?? { noPendingFsync: false, emptyBuffer: false }
    this.#watches.set(receipt, watch)
    return judgeDurability(receipt, { timeUs: this.timeUs, info, mode }, watch, DURABILITY_AGE_MS, false)
  }
}
