/**
 * The hot store in memory: the twin of `RedisHotStore`, one function a script, held equal to it by the conformance
 * suite. Time, run id and replication id are the test's to set, so restarts, failovers, wipes and rollbacks can be
 * simulated.
 */
import {
  type Acknowledgement,
  type ApplyCall,
  type ApplyOutcome,
  assert,
  type ClaimOutcome,
  type Coverage,
  type Depth,
  type DropRequest,
  type Durability,
  type DurabilityReceipt,
  type HotStore,
  type KeyClaim,
  type Layout,
  type QuarantinedRow,
  type QuarantineOutcome,
  type QuarantineRequest,
  type RestoredShard,
  type RowPage,
  type RowQuery,
  type Snapshot,
  type SnapshotRequest,
} from '@weir/accumulator'
import { redisKeys } from '@weir/redis'
import { memoryApply } from './memory-apply.ts'
import {
  memoryAnswerKey,
  memoryClaimKey,
  memoryCoverage,
  memoryDepth,
  memoryDrop,
  memoryForgetLanes,
  memoryReadMark,
  memoryRestore,
} from './memory-bookkeeping.ts'
import { memoryQuarantine, memoryReadQuarantine } from './memory-quarantine.ts'
import { MemoryRedis } from './memory-redis.ts'
import type { MemoryShard } from './memory-shard.ts'
import { memoryAcknowledge, memoryMarkDirty, memoryReadRows, memorySnapshot } from './memory-sync.ts'

export interface MemoryHotStoreOptions {
  readonly layout: Layout
  /** The server's clock, µs. */
  readonly timeUs: () => number
  readonly redis?: MemoryRedis
  readonly keyPrefix?: string
  /** What the server's disk holds; without it, every write is durable at once. */
  readonly durabilityOf?: (receipt: DurabilityReceipt) => Durability
}

export class MemoryHotStore implements HotStore {
  /** The server that answers now: a simulation puts another in its place. */
  redis: MemoryRedis
  readonly #options: MemoryHotStoreOptions

  constructor(options: MemoryHotStoreOptions) {
    this.#options = options
    this.redis = options.redis ?? new MemoryRedis('run-1', 'replication-1')
  }

  async apply(shard: number, call: ApplyCall): Promise<ApplyOutcome> {
    return memoryApply(this.#at(shard), call)
  }

  async restore(shard: number, restored: RestoredShard): Promise<void> {
    memoryRestore(this.#at(shard), restored)
  }

  async snapshot(shard: number, accumulator: string, request: SnapshotRequest): Promise<Snapshot> {
    return memorySnapshot(this.#at(shard), accumulator, request)
  }

  async durabilityOf(receipt: DurabilityReceipt): Promise<Durability> {
    return this.#options.durabilityOf?.(receipt) ?? durableIfSame(this.redis, receipt)
  }

  async acknowledge(shard: number, accumulator: string, snapshot: Snapshot): Promise<Acknowledgement> {
    return memoryAcknowledge(this.#at(shard), accumulator, snapshot)
  }

  async quarantine(shard: number, accumulator: string, request: QuarantineRequest): Promise<QuarantineOutcome> {
    return memoryQuarantine(this.#at(shard), accumulator, request)
  }

  async readQuarantine(shard: number, accumulator: string): Promise<QuarantinedRow[]> {
    return memoryReadQuarantine(this.#at(shard), accumulator)
  }

  async readCoverage(shard: number): Promise<Coverage> {
    return memoryCoverage(this.#at(shard))
  }

  async readDepth(shard: number): Promise<Depth> {
    return memoryDepth(this.#at(shard))
  }

  async drop(shard: number, request: DropRequest): Promise<boolean> {
    return memoryDrop(this.#at(shard), request)
  }

  async forgetLanes(shard: number, idleUs: number): Promise<number> {
    return memoryForgetLanes(this.#at(shard), idleUs)
  }

  async readMark(shard: number, producer: string): Promise<number | undefined> {
    return memoryReadMark(this.#at(shard), producer)
  }

  async claimKey(shard: number, claim: KeyClaim): Promise<ClaimOutcome> {
    return memoryClaimKey(this.#at(shard), claim)
  }

  async answerKey(shard: number, key: string, answer: string, ttlMs: number): Promise<void> {
    memoryAnswerKey(this.#at(shard), key, answer, ttlMs)
  }

  async readRows(shard: number, accumulator: string, period: number, query: RowQuery): Promise<RowPage> {
    return memoryReadRows(this.#at(shard), accumulator, period, query)
  }

  async markDirty(shard: number, accumulator: string, period: number): Promise<number> {
    return memoryMarkDirty(this.#at(shard), accumulator, period)
  }

  #at(shard: number): MemoryShard {
    const { layout, timeUs, keyPrefix = 'weir' } = this.#options
    assert(Number.isInteger(shard) && shard >= 0 && shard < layout.shards, () => `shard ${shard} is in the layout`)
    return { redis: this.redis, layout, keys: redisKeys(keyPrefix).shard(shard), timeUs }
  }
}

function durableIfSame({ runId, replicationId }: MemoryRedis, receipt: DurabilityReceipt): Durability {
  const isSame = receipt.runId === runId && receipt.replicationId === replicationId
  return isSame ? { kind: 'durable' } : { kind: 'broken', reason: 'another history' }
}
