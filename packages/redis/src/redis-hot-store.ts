/**
 * The hot store on Redis. Each method is one script (see `lua/`), atomic in its shard; what a method promises is said
 * in the port, `HotStore`.
 */
import type {
  Acknowledgement,
  ApplyCall,
  ApplyOutcome,
  ClaimOutcome,
  Coverage,
  Depth,
  DropRequest,
  Durability,
  DurabilityReceipt,
  HotStore,
  KeyClaim,
  Layout,
  LiveHotStore,
  LiveRows,
  PeriodRecord,
  QuarantinedRow,
  QuarantineOutcome,
  QuarantineRequest,
  RestoredShard,
  RowPage,
  RowQuery,
  Snapshot,
  SnapshotRequest,
} from '@weir/accumulator'
import { StoreError } from '@weir/accumulator'
import type { Redis } from 'ioredis'
import { classifyError } from './classify-error.ts'
import { readCoverage, readDepth } from './coverage.ts'
import { decodeApply } from './decode-apply.ts'
import { type DiskWatch, type DurabilityMode, judgeDurability, readDiskState } from './durability.ts'
import { encodeApply } from './encode-apply.ts'
import { answerKey, claimKey } from './idempotency.ts'
import { ensureLayoutRecord, explainLayoutRefusal } from './layout-record.ts'
import { readKeys, readPeriodRows, readPeriods } from './live-reads.ts'
import { drop, markDirty, readRows } from './period-rows.ts'
import { quarantineRows, readQuarantine } from './quarantine.ts'
import { restoreShard } from './restore.ts'
import { acknowledgeSnapshot, takeSnapshot } from './snapshot.ts'
import { createStoreContext, type StoreContext } from './store-context.ts'

export interface RedisHotStoreOptions {
  /** From `connectRedis`: other settings of ioredis run scripts twice. */
  readonly redis: Redis
  readonly layout: Layout
  readonly keyPrefix: string
  /** Under `appendfsync everysec`: how old a snapshot is before its fsync can be proved. */
  readonly durabilityAgeMs: number
  /** Where Redis does not tell `appendfsync` (a managed Redis), or promises more than it tells. */
  readonly durability?: DurabilityMode
}

export class RedisHotStore implements HotStore, LiveHotStore {
  readonly #options: RedisHotStoreOptions
  readonly #context: StoreContext
  readonly #watches = new WeakMap<DurabilityReceipt, DiskWatch>()

  constructor(options: RedisHotStoreOptions) {
    this.#options = options
    this.#context = createStoreContext(options.redis, options.layout, options.keyPrefix)
  }

  async apply(shard: number, call: ApplyCall): Promise<ApplyOutcome> {
    const { layout, redis, keyPrefix } = this.#options
    const { keys, args, groups } = encodeApply(layout, this.#context.keysOf(shard), call)
    const reply = await this.#explained(this.#context.run('apply', keys, args))
    const outcome = decodeApply(layout, groups, reply)
    // A Redis without this shard may have been wiped, and the layout's text with it.
    if (outcome.kind === 'unopened') {
      await ensureLayoutRecord(redis, keyPrefix, layout).catch((error: unknown) => {
        throw classifyError(redis, error, 'layout record')
      })
    }
    return outcome
  }

  restore(shard: number, restored: RestoredShard): Promise<void> {
    return restoreShard(this.#context, shard, restored)
  }

  snapshot(shard: number, accumulator: string, request: SnapshotRequest): Promise<Snapshot> {
    return this.#explained(takeSnapshot(this.#context, shard, accumulator, request))
  }

  async durabilityOf(receipt: DurabilityReceipt): Promise<Durability> {
    const { redis, durability, durabilityAgeMs } = this.#options
    const watch = this.#watches.get(receipt) ?? { noPendingFsync: false, emptyBuffer: false }
    this.#watches.set(receipt, watch)
    try {
      const state = await readDiskState(redis, durability)
      return judgeDurability(receipt, state, watch, durabilityAgeMs, durability !== undefined)
    } catch (error) {
      throw classifyError(redis, error, 'durability')
    }
  }

  acknowledge(shard: number, accumulator: string, snapshot: Snapshot): Promise<Acknowledgement> {
    return acknowledgeSnapshot(this.#context, shard, accumulator, snapshot)
  }

  quarantine(shard: number, accumulator: string, request: QuarantineRequest): Promise<QuarantineOutcome> {
    return quarantineRows(this.#context, shard, accumulator, request)
  }

  readQuarantine(shard: number, accumulator: string): Promise<QuarantinedRow[]> {
    return readQuarantine(this.#context, shard, accumulator)
  }

  readCoverage(shard: number): Promise<Coverage> {
    return readCoverage(this.#context, shard)
  }

  readDepth(shard: number): Promise<Depth> {
    return readDepth(this.#context, shard)
  }

  drop(shard: number, request: DropRequest): Promise<boolean> {
    return drop(this.#context, shard, request)
  }

  async forgetLanes(shard: number, idleUs: number): Promise<number> {
    const { meta, lanes } = this.#context.keysOf(shard)
    return (await this.#context.run('forget-lanes', [meta, lanes], [idleUs])) as number
  }

  async readMark(shard: number, producer: string): Promise<number | undefined> {
    const { redis } = this.#options
    try {
      const mark = await redis.hget(this.#context.keysOf(shard).marks, producer)
      return mark === null ? undefined : Number(mark)
    } catch (error) {
      throw classifyError(redis, error, 'mark')
    }
  }

  claimKey(shard: number, claim: KeyClaim): Promise<ClaimOutcome> {
    return claimKey(this.#context, shard, claim)
  }

  answerKey(shard: number, key: string, answer: string, ttlMs: number): Promise<void> {
    return answerKey(this.#context, shard, key, answer, ttlMs)
  }

  readRows(shard: number, accumulator: string, period: number, query: RowQuery): Promise<RowPage> {
    return readRows(this.#context, shard, accumulator, period, query)
  }

  readPeriods(shard: number, accumulator: string): Promise<PeriodRecord[]> {
    return readPeriods(this.#context, shard, accumulator)
  }

  readKeys(shard: number, accumulator: string, period: number): Promise<string[]> {
    return readKeys(this.#context, shard, accumulator, period)
  }

  readPeriodRows(shard: number, accumulator: string, periods: readonly number[]): Promise<LiveRows> {
    return readPeriodRows(this.#context, shard, accumulator, periods)
  }

  markDirty(shard: number, accumulator: string, period: number): Promise<number> {
    return markDirty(this.#context, shard, accumulator, period)
  }

  /** A refused layout with its differences named. */
  async #explained<Reply>(reply: Promise<Reply>): Promise<Reply> {
    const { redis, keyPrefix, layout } = this.#options
    try {
      return await reply
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'WEIR_LAYOUT_CHANGED') throw error
      throw await explainLayoutRefusal(redis, keyPrefix, layout, error)
    }
  }
}
