/** A hot store of sessions under a key prefix of its own, and ticks to put into it. */
import {
  type ApplyCall,
  type ApplyOutcome,
  createLayout,
  EventBatch,
  Fold,
  type Layout,
  type Row,
  type SegmentPart,
  sessionsAccumulator,
} from '@weir/accumulator'
import { freshKeyPrefix, testRedisUrl } from '@weir/testkit'
import type { Redis } from 'ioredis'
import { connectRedis, redisReady } from './connect.ts'
import { redisKeys, type ShardKeys } from './keys.ts'
import { RedisHotStore } from './redis-hot-store.ts'

export const SHARD = 0
export const sessions = sessionsAccumulator({ priceDigits: 4, volumeDigits: 0, zone: 'America/New_York' })
export const testLayout = createLayout({ shards: 4, accumulators: [sessions] })

const NOON_US = 1_381_161_600_000_000
const COMMAND_TIMEOUT_MS = 5000

export interface TestTick {
  readonly symbol?: string
  readonly price: bigint
  readonly volume: bigint
}

export interface TestStore {
  readonly store: RedisHotStore
  readonly keys: ShardKeys
  readonly keyPrefix: string
  /** Applies to `SHARD` in a lane's next call, and expects it to be applied. */
  readonly applyTicks: (ticks: readonly TestTick[]) => Promise<Extract<ApplyOutcome, { kind: 'applied' }>>
}

export async function connectTestRedis(url = testRedisUrl(), commandTimeoutMs = COMMAND_TIMEOUT_MS): Promise<Redis> {
  const redis = connectRedis({ url, purpose: 'weir-test', commandTimeoutMs })
  await redisReady(redis, AbortSignal.timeout(COMMAND_TIMEOUT_MS))
  return redis
}

export function openTestStore(redis: Redis, layout: Layout = testLayout, keyPrefix = freshKeyPrefix()): TestStore {
  const store = new RedisHotStore({ redis, layout, keyPrefix, durabilityAgeMs: 3000 })
  let sequence = 0
  return {
    store,
    keyPrefix,
    keys: redisKeys(keyPrefix).shard(SHARD),
    async applyTicks(ticks) {
      const outcome = await store.apply(SHARD, tickCall(++sequence, ticks))
      if (outcome.kind !== 'applied') throw new Error(`the call was ${outcome.kind}`)
      return outcome
    },
  }
}

/** One segment without a mark. The shard is opened where it is not. */
export function tickCall(sequence: number, ticks: readonly TestTick[]): ApplyCall {
  return {
    candidate: sequence.toString(16).padStart(16, '0'),
    lane: { name: 'test', sequence },
    segments: [{ mark: { kind: 'none' }, parts: tickParts(ticks) }],
    seeds: { kind: 'known', rows: [] },
    openUnrestored: true,
  }
}

export function tickParts(ticks: readonly TestTick[]): SegmentPart[] {
  const batch = new EventBatch(sessions.input)
  const fold = new Fold(sessions)
  ticks.forEach(({ symbol = 'ACME', price, volume }, index) => {
    batch.add(index, NOON_US + index, [symbol], [price, volume])
    fold.add(batch, index)
  })
  return fold.parts()
}

/** The period of all test ticks. */
export const PERIOD = tickParts([{ price: 1n, volume: 1n }])[0]?.period ?? 0

export function rowValue(row: Row | undefined, field: string): number {
  const slot = sessions.fieldList.find(({ name }) => name === field)?.slot ?? 0
  return (row?.slots[slot] ?? 0) * 2 ** 48 + (row?.slots[slot + 1] ?? 0)
}
