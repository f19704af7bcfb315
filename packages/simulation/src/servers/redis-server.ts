/**
 * What a simulated Redis runs on: its twin in memory, or a real process. A server keeps keys, carries out calls, and has a log
 * of its writes, from which any older state of it can be made again: what its disk kept, what a replica had, what a backup
 * holds. When one of these happens is decided above it.
 */
import type { HotStore, Layout } from '@weir/accumulator'
import type { Disk } from '../world/disk.ts'

export interface RedisServer {
  /** Stays the same over restarts. */
  readonly store: HotStore
  readonly content: RedisContent
  /** Changes whenever its process starts. */
  readonly runId: string
  readonly replicationId: string
  /** How many writes it has carried out in all: the length of its log. */
  readonly writes: number
  /** A call was carried out that may have written: one more write. */
  logWrite(method: string, args: readonly unknown[]): Promise<void>
  /** The process ends, and starts again on the first `kept` of its writes. */
  restart(kept: number, { keepsReplicationId }: { readonly keepsReplicationId: boolean }): Promise<void>
  /** The process goes on with the first `kept` of its writes: it was another's replica for a moment. */
  replaceData(kept: number): Promise<void>
  /** Another server with the first `kept` of its writes. */
  fork(machine: Machine, kept: number): Promise<RedisServer>
  /** FLUSHALL, which is a write as any other. */
  wipe(): Promise<void>
  /** From now on `maxmemory` is reached, or not. */
  setFull(isFull: boolean): Promise<void>
}

export interface RedisServerOptions {
  readonly layout: Layout
  readonly machine: Machine
  /** What stands in for its scripts: the scripts themselves, or a canary's known-wrong ones. */
  readonly variantOf: (store: HotStore, place: { readonly server: RedisServer; readonly machine: Machine }) => HotStore
}

/** What a server runs on. Both are the scheduler's, also where the server is a real process. */
export interface Machine {
  /** By the machine's wall clock. */
  readonly timeUs: number
  readonly disk: Disk
}

/** Rows are packed bytes, everything else is text. */
type StoredValue = string | Buffer

/** What a server holds, for invariants; and changed by hand, for canaries. */
export interface RedisContent {
  hash(key: string): Promise<ReadonlyMap<string, StoredValue>>
  /** Members with their scores. */
  sortedSet(key: string): Promise<ReadonlyMap<string, number>>
  setField(key: string, field: string, value: StoredValue): Promise<void>
  deleteField(key: string, field: string): Promise<void>
  setScore(key: string, member: string, score: number): Promise<void>
}

/** What the keys of all simulated servers begin with. */
export const KEY_PREFIX = 'weir'
