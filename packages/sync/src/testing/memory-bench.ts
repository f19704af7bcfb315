/** For tests: both stores in memory on one clock, ticks to feed them, faults to put between them and the sync. */
import {
  type Accumulator,
  type ApplyCall,
  type ColdStore,
  createLayout,
  type Durability,
  type DurabilityReceipt,
  EventBatch,
  Fold,
  type HotStore,
  sessionsAccumulator,
} from '@weir/accumulator'
import { MemoryColdStore, MemoryHotStore } from '@weir/testkit'
import { CoverageKeeper } from '../coverage.ts'
import { LandedUpdates } from '../landed-updates.ts'
import type { AccumulatorSyncDeps } from '../sync-accumulator.ts'
import { type SyncLimits, syncLimits } from '../sync-limits.ts'
import { LeapingClock } from './leaping-clock.ts'

export const sessions = sessionsAccumulator({ priceDigits: 4, volumeDigits: 0, zone: 'America/New_York' })
/** More accumulators over the same ticks, for what spans accumulators. */
export const others: Accumulator = { ...sessions, name: 'others', table: 'other_parts' }
export const thirds: Accumulator = { ...sessions, name: 'thirds', table: 'third_parts' }
export const layout = createLayout({ shards: 2, accumulators: [sessions, others, thirds] })

export const SHARD = 0
const DAY_US = 86_400_000_000
const FIRST_TIME_US = Date.UTC(2024, 4, 14, 14) * 1000

export type MemoryBench = ReturnType<typeof openMemoryBench>

export interface MemoryBenchOptions {
  readonly limits?: Partial<SyncLimits>
  readonly durabilityOf?: (receipt: DurabilityReceipt, clock: LeapingClock) => Durability
}

export function openMemoryBench({ limits = {}, durabilityOf }: MemoryBenchOptions = {}) {
  const clock = new LeapingClock()
  let ticks = 0
  // A µs passes with each look, so that no two things happen at the same time.
  const timeUs = () => clock.nowMs() * 1000 + ticks++
  const hot = new MemoryHotStore({
    layout,
    timeUs,
    ...(durabilityOf === undefined ? {} : { durabilityOf: (receipt) => durabilityOf(receipt, clock) }),
  })
  const cold = new MemoryColdStore(layout.accumulators)
  const workerOf = (stores: { hot: HotStore; cold: ColdStore }): AccumulatorSyncDeps => {
    const all = syncLimits({ batchRowsMax: 3, ...limits })
    return {
      ...stores,
      clock,
      limits: all,
      shards: layout.shards,
      coverages: new CoverageKeeper({ ...stores, limits: all, accumulators: layout.accumulators }),
      landed: new LandedUpdates(stores.cold),
    }
  }
  return { clock, hot, cold, worker: workerOf({ hot, cold }), workerOf, feed: feeder(hot) }
}

interface FeedOptions {
  readonly accumulators?: readonly Accumulator[]
  readonly daysLater?: number
  readonly shard?: number
  readonly mark?: ApplyCall['segments'][number]['mark']
}

/** Applies one tick of each of these symbols, as one call. */
function feeder(hot: HotStore) {
  let calls = 0
  return async (symbols: readonly string[], options: FeedOptions = {}): Promise<void> => {
    const { accumulators = [sessions], daysLater = 0, shard = SHARD, mark = { kind: 'none' } } = options
    const number = ++calls
    const parts = accumulators.flatMap((accumulator) => {
      const batch = new EventBatch(accumulator.input)
      symbols.forEach((symbol, index) =>
        batch.add(index, FIRST_TIME_US + daysLater * DAY_US + number, [symbol], [10_000n, 1n]),
      )
      const fold = new Fold(accumulator)
      for (let index = 0; index < batch.count; index++) fold.add(batch, index)
      return fold.parts()
    })
    const outcome = await hot.apply(shard, {
      candidate: number.toString(16).padStart(16, '0'),
      lane: { name: `lane-${number}`, sequence: 1 },
      segments: [{ mark, parts }],
      seeds: { kind: 'unavailable' },
      openUnrestored: true,
    })
    if (outcome.kind !== 'applied') throw new Error(`the ticks were not applied: ${outcome.kind}`)
  }
}

/** Ticks a symbol that PostgreSQL has, over all periods and origins. */
export async function landed(cold: MemoryColdStore, accumulator = sessions.name): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  const periods = new Set((await cold.readTotals(accumulator)).map(({ period }) => period))
  for (const period of periods) {
    for (const { key, row } of await cold.readParts(accumulator, period, {}))
      found[key] = (found[key] ?? 0) + row.updates
  }
  return found
}

export async function dirtyRows(hot: HotStore, accumulator = sessions.name): Promise<number> {
  return (await hot.readDepth(SHARD)).dirty[accumulator] ?? 0
}

export function names(count: number, prefix = 'S'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`)
}

/** Puts `around` between the caller and every method of a store. */
export function wrap<Store extends object>(
  store: Store,
  around: (method: string, call: () => Promise<unknown>, args: readonly unknown[]) => Promise<unknown>,
): Store {
  return new Proxy(store, {
    get(target, method) {
      const value: unknown = Reflect.get(target, method, target)
      if (typeof value !== 'function' || typeof method !== 'string') return value
      return (...args: unknown[]) => around(method, () => value.apply(target, args) as Promise<unknown>, args)
    },
  })
}
