// Pods without HTTP on a Redis in memory, with a network between them that loses and delays.
import { type HotStore, type Layout, StoreError } from '@weir/accumulator'
import { createLogger } from '@weir/service'
import { MemoryColdStore, MemoryHotStore, type SeededRandom, seededRandom } from '@weir/testkit'
import type { ColdReader } from '../cold-reads.ts'
import { createIngest, type Ingest } from '../create-ingest.ts'
import { type IngestLimits, ingestLimits } from '../ingest-limits.ts'
import type { TickBatch } from '../tick-batch.ts'
import { TickReader } from '../tick-reader.ts'
import { type TestTick, testLayout } from './test-ingest.ts'
import { VirtualClock } from './virtual-clock.ts'

export const SILENT = createLogger({ name: 'test', level: 'silent' })

export interface MemoryWorld {
  readonly clock: VirtualClock
  readonly random: SeededRandom
  readonly layout: Layout
  readonly hot: MemoryHotStore
}

export function memoryWorld(seed = 1, shards = 4): MemoryWorld {
  const clock = new VirtualClock()
  const layout = testLayout(shards)
  const hot = new MemoryHotStore({ layout, timeUs: () => Math.floor(clock.nowMs() * 1000) })
  return { clock, random: seededRandom(seed), layout, hot }
}

/** A pod whose way to Redis is `hot`. */
export function memoryPod(
  world: MemoryWorld,
  hot: HotStore = world.hot,
  limits: Partial<IngestLimits> = {},
  cold?: ColdReader,
): Ingest {
  const { clock, random, layout } = world
  return createIngest({
    hot,
    cold: cold ?? new MemoryColdStore(layout.accumulators),
    layout,
    clock,
    random,
    log: SILENT,
    limits: ingestLimits({ ...limits }),
  })
}

export function readTicks(layout: Layout, ticks: readonly Partial<TestTick>[]): TickBatch {
  const [accumulator] = layout.accumulators
  if (accumulator === undefined) throw new Error('a layout has an accumulator')
  const reader = new TickReader(accumulator.input)
  for (const { symbol, price, volume, timestamp } of ticks) reader.add(symbol, price, volume, timestamp)
  return reader.finish()
}

export function unreachable(): StoreError {
  return new StoreError('WEIR_STORE_UNREACHABLE', 'the connection was cut')
}

/** Any method of a store goes through `around`. */
export function through(hot: HotStore, around: (call: () => Promise<unknown>) => Promise<unknown>): HotStore {
  return new Proxy(hot, {
    get(target, name: keyof HotStore) {
      const method = target[name] as (...args: unknown[]) => Promise<unknown>
      return (...args: unknown[]) => around(() => method.apply(target, args))
    },
  })
}
