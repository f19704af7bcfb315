import {
  type ApplyCall,
  type ApplyOutcome,
  foldEvents,
  type HotStore,
  type Segment,
  StoreError,
} from '@weir/accumulator'
import { describe, expect, it } from 'vitest'
import { ColdReads } from './cold-reads.ts'
import { HotStoreWatch } from './hot-store-watch.ts'
import { type IngestLimits, ingestLimits } from './ingest-limits.ts'
import { ShardWriter } from './shard-writer.ts'
import { memoryWorld, readTicks, SILENT, unreachable } from './testing/memory-ingest.ts'
import { SESSION_START_MS, storedSums, withApply } from './testing/test-ingest.ts'

const SHARD = 0
const HOUR_MS = 3_600_000

type Apply = (call: ApplyCall, apply: HotStore['apply']) => Promise<ApplyOutcome>

/** A writer of one shard, with every call that it makes. */
function startWriter(around: Apply = (call, apply) => apply(SHARD, call), limits: Partial<IngestLimits> = {}) {
  const world = memoryWorld(1, 1)
  const { clock, random, layout, hot } = world
  const calls: ApplyCall[] = []
  const store = withApply(hot, (_shard, call) => {
    calls.push(call)
    return around(call, (shard, sent) => hot.apply(shard, sent))
  })
  const all = ingestLimits(limits)
  const watch = new HotStoreWatch({ hot, shards: 1, clock, random, log: SILENT, limits: all })
  const abandon = new AbortController()
  const writer = new ShardWriter({
    hot: store,
    shard: SHARD,
    bootId: 'boot',
    coldReads: new ColdReads({ cold: undefined, clock, log: SILENT, limits: all }),
    watch,
    clock,
    random,
    limits: all,
    abandon: abandon.signal,
  })
  /** One tick for each symbol, as one request. */
  const segment = (...symbols: string[]): Segment => {
    const { events } = readTicks(
      layout,
      symbols.map((symbol) => ({ symbol, price: 1, volume: 1, timestamp: SESSION_START_MS })),
    )
    return { mark: { kind: 'none' }, ...foldEvents(layout, events, [...symbols.keys()]) }
  }
  const write = (sent: Segment) => writer.write(sent)
  return { ...world, writer, write, segment, calls, abandon }
}

const APPLIED = { kind: 'judged', verdict: { kind: 'applied' } }

describe('a shard writer', () => {
  it('sends what waits behind its lanes together, each request with its own verdict', async () => {
    const { clock, write, segment, calls } = startWriter(async (call, apply) => {
      await clock.sleep(5)
      return apply(SHARD, call)
    })
    const mark = { kind: 'producer', name: 'p', first: 1, last: 1, home: true } as const
    const sent = [
      segment('A'),
      segment('B'),
      { ...segment('C'), mark },
      { ...segment('C'), mark },
      { ...segment('C'), mark: { ...mark, first: 9, last: 9 } },
    ]
    const outcomes = await clock.run(Promise.all(sent.map(write)))
    expect(outcomes).toEqual([
      APPLIED,
      APPLIED,
      APPLIED,
      { kind: 'judged', verdict: { kind: 'duplicate' } },
      { kind: 'judged', verdict: { kind: 'gap', mark: 1 } },
    ])
    // The shard is new, so the first two calls are made again to open it.
    expect(calls.map(({ segments }) => segments.length)).toEqual([1, 1, 1, 1, 3])
  })

  it('never has more calls in flight than lanes, nor more in a call than its limits', async () => {
    let inFlight = 0
    let most = 0
    const around: Apply = async (call, apply) => {
      most = Math.max(most, ++inFlight)
      await clock.sleep(1)
      inFlight--
      return apply(SHARD, call)
    }
    const { clock, write, segment, calls } = startWriter(around, { lanesMax: 3, callSegmentsMax: 4, callRowsMax: 6 })
    const many = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']
    await clock.run(
      Promise.all(
        [segment(...many), ...many.flatMap((symbol) => [segment(symbol, `${symbol}2`), segment(symbol)])].map(write),
      ),
    )
    expect(most).toBe(3)
    for (const { segments } of calls) {
      const rows = segments.reduce((sum, { parts }) => sum + (parts[0]?.deltas.length ?? 0), 0)
      expect(segments.length === 1 || (segments.length <= 4 && rows <= 6)).toBe(true)
    }
  })

  it('sends an unanswered call again under its lane and sequence, with another candidate', async () => {
    let cuts = 3
    const { clock, write, segment, calls, hot, layout } = startWriter(async (call, apply) => {
      const outcome = await apply(SHARD, call)
      if (outcome.kind === 'applied' && cuts-- > 0) throw unreachable()
      return outcome
    })
    expect(await clock.run(write(segment('A')))).toEqual(APPLIED)
    expect(new Set(calls.map(({ lane }) => `${lane.name} ${lane.sequence}`)).size).toBe(1)
    expect(new Set(calls.map(({ candidate }) => candidate)).size).toBe(calls.length)
    expect(await storedSums(hot, layout)).toEqual({ A: { ticks: 1, volume: 1 } })
  })

  it('takes a refusal for sure only where every try before it was answered', async () => {
    const full = new StoreError('WEIR_STORE_FULL', 'out of memory')
    const trouble: Error[] = [full]
    const { clock, write, segment } = startWriter(async (call, apply) => {
      const outcome = await apply(SHARD, call)
      const error = outcome.kind === 'applied' ? trouble.shift() : undefined
      if (error !== undefined) throw error
      return outcome
    })
    expect(await clock.run(write(segment('A')))).toEqual({ kind: 'refused', error: full })
    trouble.push(unreachable(), full, full)
    expect(await clock.run(write(segment('B')))).toEqual(APPLIED)
    expect(trouble).toEqual([])
  })

  it('gives a lane up after half the time that Redis remembers it, and never uses its name again', async () => {
    let isDown = true
    const around: Apply = (call, apply) => (isDown ? Promise.reject(unreachable()) : apply(SHARD, call))
    const { clock, write, segment, calls } = startWriter(around, { laneIdleMs: 2 * HOUR_MS, lanesMax: 1 })
    const startMs = clock.monotonicMs()
    expect(await clock.run(write(segment('A')))).toEqual({ kind: 'unknown' })
    expect(clock.monotonicMs() - startMs).toBeGreaterThanOrEqual(HOUR_MS)
    expect(clock.monotonicMs() - startMs).toBeLessThan(HOUR_MS + 5000)
    const abandoned = calls[0]?.lane.name
    isDown = false
    expect(await clock.run(write(segment('B')))).toEqual(APPLIED)
    expect(calls.at(-1)?.lane.name).not.toBe(abandoned)
  })

  it('gives a lane up at once when the machine slept longer than that, by whichever clock', async () => {
    const { clock, write, segment, calls } = startWriter(() => {
      clock.jump(HOUR_MS)
      return Promise.reject(unreachable())
    })
    expect(await clock.run(write(segment('A')))).toEqual({ kind: 'unknown' })
    expect(calls).toHaveLength(1)
  })

  it('has an unknown outcome, and a new lane, when Redis knows a later call of its lane', async () => {
    const answers: ApplyOutcome[] = [{ kind: 'stale' }]
    const { clock, write, segment, calls } = startWriter((call, apply) => {
      const answer = answers.shift()
      return answer === undefined ? apply(SHARD, call) : Promise.resolve(answer)
    })
    expect(await clock.run(write(segment('A')))).toEqual({ kind: 'unknown' })
    expect(await clock.run(write(segment('A')))).toEqual(APPLIED)
    expect(new Set(calls.map(({ lane }) => lane.name)).size).toBe(2)
  })

  it('sends requests one by one when their call would overflow, so that only the one that does is refused', async () => {
    const { clock, write, segment, layout, calls } = startWriter(undefined, { lanesMax: 1 })
    const large = () => {
      const { events } = readTicks(
        layout,
        [{ symbol: 'A', price: 1, timestamp: SESSION_START_MS }].map((tick) => ({ ...tick, volume: 2 ** 53 - 1 })),
      )
      const [part] = foldEvents(layout, events, [0]).parts
      const volume = layout.accumulators[0]?.fieldList.find(({ name }) => name === 'volume')
      part?.deltas.at(0).slots.set([2 ** 14, 0], volume?.slot)
      return { mark: { kind: 'none' }, parts: part === undefined ? [] : [part] } as const
    }
    await clock.run(write(segment('Z')))
    const outcomes = await clock.run(Promise.all([segment('B'), large(), large(), segment('C')].map(write)))
    expect(outcomes).toEqual([
      APPLIED,
      APPLIED,
      { kind: 'overflow', row: expect.objectContaining({ accumulator: 'sessions', key: 'A' }), field: 'volume' },
      APPLIED,
    ])
    expect(calls.map(({ segments }) => segments.length)).toEqual([1, 1, 1, 3, 1, 1, 1])
  })

  it('has an unknown outcome for what a stop no longer waits for', async () => {
    const { clock, write, segment, abandon } = startWriter(() => Promise.reject(unreachable()))
    const outcome = write(segment('A'))
    abandon.abort()
    expect(await clock.run(outcome)).toEqual({ kind: 'unknown' })
  })
})
