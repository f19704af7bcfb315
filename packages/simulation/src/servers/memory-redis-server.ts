/**
 * A Redis in memory: the twin of the real one's scripts. Scripts give the same from the same state at the same time, so its log
 * holds calls, and an older state is made by carrying them out again.
 */
import { assert, type Durability, type DurabilityReceipt, type HotStore, StoreError } from '@weir/accumulator'
import { type DiskWatch, judgeDurability, MemoryHotStore, MemoryRedis } from '@weir/testkit'
import { diskFacts } from './disk-facts.ts'
import type { Machine, RedisContent, RedisServer, RedisServerOptions } from './redis-server.ts'
import { DURABILITY_AGE_MS } from './redis-settings.ts'
import { replacing } from './replacing.ts'

interface Write {
  readonly method: string
  readonly args: readonly unknown[]
  readonly timeUs: number
  readonly runId: string
  readonly replicationId: string
}

type Method = (...args: readonly unknown[]) => Promise<unknown>

/** Scripts without `allow-oom`: a full Redis refuses them. */
const REFUSED_WHEN_FULL = ['apply', 'restore', 'claimKey', 'markDirty'] as const
const WIPE = 'FLUSHALL'

export interface MemoryRedisOptions extends RedisServerOptions {
  /** Names run ids; counts up over all servers of a run. */
  readonly nextId: () => number
}

export class MemoryRedisServer implements RedisServer {
  readonly store: HotStore
  readonly content: RedisContent
  readonly #options: MemoryRedisOptions
  readonly #memory: MemoryHotStore
  readonly #log: Write[]
  readonly #watches = new WeakMap<DurabilityReceipt, DiskWatch>()
  #isFull = false
  #replaying: Write | undefined

  constructor(options: MemoryRedisOptions, log: readonly Write[] = []) {
    this.#options = options
    this.#log = [...log]
    this.#memory = new MemoryHotStore({
      layout: options.layout,
      timeUs: () => this.#replaying?.timeUs ?? options.machine.timeUs,
      redis: this.#newMemory(),
      durabilityOf: (receipt) => this.#durabilityOf(receipt),
    })
    this.content = this.#content()
    this.store = options.variantOf(this.#asOnItsMachine(), { server: this, machine: options.machine })
  }

  get runId(): string {
    return this.#memory.redis.runId
  }

  get replicationId(): string {
    return this.#memory.redis.replicationId
  }

  get writes(): number {
    return this.#log.length
  }

  async logWrite(method: string, args: readonly unknown[]): Promise<void> {
    const { runId, replicationId } = this
    this.#log.push({ method, args, timeUs: this.#options.machine.timeUs, runId, replicationId })
  }

  async restart(kept: number, { keepsReplicationId }: { readonly keepsReplicationId: boolean }): Promise<void> {
    const { replicationId } = this
    await this.#startOn(kept)
    if (keepsReplicationId) this.#memory.redis.replicationId = replicationId
  }

  async replaceData(kept: number): Promise<void> {
    const { runId } = this
    await this.#startOn(kept)
    this.#memory.redis.runId = runId
  }

  async fork(machine: Machine, kept: number): Promise<RedisServer> {
    const fork = new MemoryRedisServer({ ...this.#options, machine }, this.#log.slice(0, kept))
    await fork.#replay()
    return fork
  }

  async wipe(): Promise<void> {
    this.#memory.redis.wipe()
    await this.logWrite(WIPE, [])
  }

  async setFull(isFull: boolean): Promise<void> {
    this.#isFull = isFull
  }

  async #startOn(kept: number): Promise<void> {
    assert(kept >= 0 && kept <= this.#log.length, 'a part of the log is kept')
    this.#log.length = kept
    this.#memory.redis = this.#newMemory()
    await this.#replay()
  }

  async #replay(): Promise<void> {
    const { redis } = this.#memory
    const { runId, replicationId } = redis
    for (const write of this.#log) {
      this.#replaying = write
      Object.assign(redis, { runId: write.runId, replicationId: write.replicationId })
      if (write.method === WIPE) redis.wipe()
      else await this.#replayed(write).catch(() => undefined)
    }
    this.#replaying = undefined
    Object.assign(redis, { runId, replicationId })
  }

  #replayed({ method, args }: Write): Promise<unknown> {
    return (this.store[method as keyof HotStore] as Method).apply(this.store, [...args])
  }

  #newMemory(): MemoryRedis {
    const id = this.#options.nextId()
    return new MemoryRedis(`run-${id}`, `replication-${id}`)
  }

  /** A full machine refuses, and a snapshot's receipt tells of the machine's disk. */
  #asOnItsMachine(): HotStore {
    const memory = this.#memory
    const refusing = REFUSED_WHEN_FULL.map((name) => {
      const method = memory[name] as Method
      const refused: Method = async (...args) => {
        if (this.#isFull && this.#replaying === undefined)
          throw new StoreError('WEIR_STORE_FULL', 'Redis is out of memory')
        return method.apply(memory, [...args])
      }
      return [name, refused]
    })
    return replacing<MemoryHotStore>(memory, {
      ...Object.fromEntries(refusing),
      snapshot: (...args) => {
        memory.redis.delayedFsyncs = this.#options.machine.disk.delayedFsyncs
        return memory.snapshot(...args)
      },
    })
  }

  #content(): RedisContent {
    const memory = this.#memory
    return {
      hash: async (key) => memory.redis.hash(key),
      sortedSet: async (key) => memory.redis.sortedSet(key),
      setField: async (key, field, value) => void memory.redis.hash(key).set(field, value),
      deleteField: async (key, field) => void memory.redis.hash(key).delete(field),
      setScore: async (key, member, score) => void memory.redis.sortedSet(key).set(member, score),
    }
  }

  #durabilityOf(receipt: DurabilityReceipt): Durability {
    const { machine } = this.#options
    const { runId, replicationId } = this
    const info = new Map([
      ['run_id', runId],
      ['master_replid', replicationId],
      ['aof_enabled', '1'],
      ['aof_last_write_status', 'ok'],
      ...Object.entries(diskFacts(machine.disk)),
    ])
    const watch = this.#watches.get(receipt) ?? { noPendingFsync: false, emptyBuffer: false }
    this.#watches.set(receipt, watch)
    const state = { timeUs: machine.timeUs, info, mode: machine.disk.mode }
    return judgeDurability(receipt, state, watch, DURABILITY_AGE_MS, false)
  }
}
