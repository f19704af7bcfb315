/** For tests of verify: both stores in memory, ticks to feed, rounds to sync, and hooks between the reads of verify. */
import {
  createLayout,
  EventBatch,
  Fold,
  type HotStore,
  type Layout,
  periodClock,
  type Row,
  sessionsAccumulator,
  shardOf,
} from '@weir/accumulator'
import { MemoryColdStore, MemoryHotStore } from '@weir/testkit'
import type { VerifyReport } from '../report.ts'
import { verify } from '../verify.ts'

export interface VerifyBench {
  readonly layout: Layout
  readonly hot: MemoryHotStore
  /** May be exchanged, as by a backup. */
  cold: MemoryColdStore
  /** Ticks of a symbol, on one day. */
  feed(symbol: string, prices: readonly number[], day?: string): Promise<void>
  /** Writes what is dirty, and the accepted counts with it. */
  sync(): Promise<void>
  verify(onRead?: (call: string) => Promise<void>): Promise<VerifyReport>
  /** The symbol's rows in PostgreSQL, and a way to write one there. */
  parts(symbol: string, day?: string): Promise<Row[]>
  amend(symbol: string, row: Row, day?: string): Promise<void>
  periodOf(day: string): number
  shardOf(symbol: string): number
}

export const DAY = '2024-03-04'
const SHARDS = 2
const ROWS_MAX = 1000
const US_PER_MS = 1000

export function openVerifyBench(): VerifyBench {
  const sessions = sessionsAccumulator({ priceDigits: 2, volumeDigits: 0, zone: 'UTC' })
  const layout = createLayout({ shards: SHARDS, accumulators: [sessions] })
  const clock = periodClock(sessions.period)
  let timeUs = Date.parse('2024-03-06T00:00:00Z') * US_PER_MS
  let calls = 0
  const hot = new MemoryHotStore({ layout, timeUs: () => (timeUs += US_PER_MS) })
  const startUs = (day: string) => Date.parse(`${day}T12:00:00Z`) * US_PER_MS
  const periodOf = (day: string) => clock.idOf(startUs(day))
  const bench: VerifyBench = {
    layout,
    hot,
    cold: new MemoryColdStore(layout.accumulators),
    periodOf,
    shardOf: (symbol) => shardOf(symbol, SHARDS),
    feed: async (symbol, prices, day = DAY) => {
      const batch = new EventBatch(sessions.input)
      prices.forEach((price, index) => batch.add(index, startUs(day) + index, [symbol], [BigInt(price), 1n]))
      const fold = new Fold(sessions)
      for (let index = 0; index < batch.count; index++) fold.add(batch, index)
      calls += 1
      const outcome = await hot.apply(shardOf(symbol, SHARDS), {
        candidate: calls.toString(16).padStart(16, '0'),
        lane: { name: 'bench', sequence: calls },
        segments: [{ mark: { kind: 'none' }, parts: fold.parts() }],
        seeds: { kind: 'unavailable' },
        openUnrestored: true,
      })
      if (outcome.kind !== 'applied') throw new Error(`the bench's ticks were not applied: ${outcome.kind}`)
    },
    sync: async () => {
      for (let shard = 0; shard < SHARDS; shard++) {
        const snapshot = await hot.snapshot(shard, sessions.name, { rowsMax: ROWS_MAX, skip: 0 })
        await bench.cold.upsert(sessions.name, shard, snapshot.rows)
        await hot.acknowledge(shard, sessions.name, snapshot)
        await bench.cold.writeCoverage(shard, await hot.readCoverage(shard))
      }
    },
    verify: (onRead = async () => {}) =>
      verify({ hot: hooked(hot, onRead), cold: bench.cold, layout, sleep: async () => {} }),
    parts: async (symbol, day = DAY) => {
      const parts = await bench.cold.readParts(sessions.name, periodOf(day), { keys: [symbol] })
      return parts.map(({ row }) => row)
    },
    amend: async (symbol, row, day = DAY) => {
      await bench.cold.upsert(sessions.name, shardOf(symbol, SHARDS), [{ period: periodOf(day), key: symbol, row }])
    },
  }
  return bench
}

/** Lets a test do something after each of verify's reads of Redis. */
function hooked(hot: HotStore, onRead: (call: string) => Promise<void>): HotStore {
  const after = async <Value>(call: string, reading: Promise<Value>): Promise<Value> => {
    const value = await reading
    await onRead(call)
    return value
  }
  return new Proxy(hot, {
    get: (target, name) => {
      if (name === 'readCoverage') return (shard: number) => after('readCoverage', target.readCoverage(shard))
      if (name === 'readRows') {
        return (...given: Parameters<HotStore['readRows']>) => after('readRows', target.readRows(...given))
      }
      return Reflect.get(target, name) as unknown
    },
  })
}
