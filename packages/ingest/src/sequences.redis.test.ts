import { type ApplyCall, shardOf } from '@weir/accumulator'
import { freshKeyPrefix, MemoryColdStore } from '@weir/testkit'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  someTicks,
  startTestIngest,
  storedSums,
  sumsOf,
  type TestIngest,
  type TestTick,
  testLayout,
  withApply,
} from './testing/test-ingest.ts'

function numbered(first: number, producer = 'feed'): Record<string, string> {
  return { 'weir-producer': producer, 'weir-sequence': String(first) }
}

/** Sends ticks `from` to `to` of a source whose first tick has the number 1. */
function sendSlice(ingest: TestIngest, ticks: readonly TestTick[], from: number, to: number) {
  return ingest.post(ticks.slice(from - 1, to), numbered(from))
}

describe('a producer', () => {
  it('is told its mark and the next number, also before its first tick', async () => {
    await using ingest = await startTestIngest()
    expect(await ingest.get('/v1/producers/feed')).toMatchObject({
      status: 200,
      body: { producer: 'feed', mark: 0, next: 1 },
    })
    expect(await ingest.post(someTicks(5), numbered(1))).toMatchObject({ status: 200, body: { accepted: 5, mark: 5 } })
    expect((await ingest.get('/v1/producers/feed')).body).toEqual({ producer: 'feed', mark: 5, next: 6 })
    expect((await ingest.get(`/v1/producers/${encodeURIComponent('a/b c?')}`)).body.producer).toBe('a/b c?')
  })

  it('that sends a batch again counts nothing again', async () => {
    await using ingest = await startTestIngest()
    const ticks = someTicks(300)
    await ingest.post(ticks, numbered(1))
    expect(await ingest.post(ticks, numbered(1))).toMatchObject({
      status: 200,
      body: { ticks: 300, accepted: 0, duplicates: 300, mark: 300 },
    })
    expect(await sendSlice(ingest, ticks, 11, 20)).toMatchObject({
      status: 200,
      body: { accepted: 0, duplicates: 10, mark: 300 },
    })
    expect(await storedSums(ingest.hot, ingest.layout)).toEqual(sumsOf(ticks))
  })

  it('that overlaps what is in counts only what is new', async () => {
    await using ingest = await startTestIngest()
    const ticks = someTicks(300)
    await sendSlice(ingest, ticks, 1, 200)
    expect(await sendSlice(ingest, ticks, 101, 300)).toMatchObject({
      status: 200,
      body: { accepted: 100, duplicates: 100, mark: 300 },
    })
    expect(await storedSums(ingest.hot, ingest.layout)).toEqual(sumsOf(ticks))
  })

  it('that leaves a gap is told the number expected, and nothing is applied', async () => {
    await using ingest = await startTestIngest()
    const ticks = someTicks(50)
    expect(await sendSlice(ingest, ticks, 2, 10)).toMatchObject({
      status: 409,
      body: { error: { code: 'WEIR_SEQUENCE_GAP', expected: 1 } },
    })
    await sendSlice(ingest, ticks, 1, 10)
    expect(await sendSlice(ingest, ticks, 12, 20)).toMatchObject({ status: 409, body: { error: { expected: 11 } } })
    expect(await storedSums(ingest.hot, ingest.layout)).toEqual(sumsOf(ticks.slice(0, 10)))
  })

  it('numbers its rejected ticks too', async () => {
    await using ingest = await startTestIngest()
    const [tick] = someTicks(1)
    expect(await ingest.post([1, tick, 3], numbered(1))).toMatchObject({
      body: { ticks: 3, accepted: 1, rejected: 2, mark: 3 },
    })
    expect(await ingest.post([1, 2], numbered(4))).toMatchObject({
      body: { ticks: 2, accepted: 0, rejected: 2, mark: 5 },
    })
  })

  it('whose batch is empty changes nothing', async () => {
    await using ingest = await startTestIngest()
    await ingest.post(someTicks(4), numbered(1))
    expect(await ingest.post([], numbered(9))).toMatchObject({ status: 200, body: { ticks: 0, accepted: 0, mark: 4 } })
    expect((await ingest.get('/v1/producers/feed')).body.next).toBe(5)
  })

  it('that was refused in strict mode sends the same numbers again', async () => {
    await using ingest = await startTestIngest()
    const ticks = someTicks(20)
    const bad = [...ticks.slice(0, 19), { symbol: '' }]
    expect(await ingest.post(bad, numbered(1), '?strict=true')).toMatchObject({ status: 422 })
    expect(await ingest.post(ticks, numbered(1), '?strict=true')).toMatchObject({
      status: 200,
      body: { accepted: 20, mark: 20 },
    })
  })

  it.each<[string, Record<string, string>]>([
    ['a sequence without a producer', { 'weir-sequence': '1' }],
    ['a producer without a sequence', { 'weir-producer': 'feed' }],
    ['a sequence of 0', numbered(0)],
    ['a sequence that is no number', { 'weir-producer': 'feed', 'weir-sequence': '1a' }],
    ['a sequence beyond 2^53', { 'weir-producer': 'feed', 'weir-sequence': '9007199254740991' }],
    ['a name that is too long', numbered(1, 'x'.repeat(129))],
    ['a name that is not printable', numbered(1, 'é')],
    ['an idempotency key beside it', { ...numbered(1), 'idempotency-key': 'k' }],
  ])('may not send %s', async (_name, headers) => {
    await using ingest = await startTestIngest()
    expect(await ingest.post(someTicks(1), headers)).toMatchObject({
      status: 400,
      body: { error: { code: 'WEIR_HEADER_INVALID' } },
    })
    expect(await storedSums(ingest.hot, ingest.layout)).toEqual({})
  })
})

describe('a source', () => {
  let keyPrefix: string
  beforeEach(() => {
    keyPrefix = freshKeyPrefix()
  })

  it('that is cut at any place, and goes on with batches of any other size, counts every tick once', async () => {
    const ticks = someTicks(400, 60)
    const slices = fc.array(fc.record({ back: fc.nat(120), length: fc.integer({ min: 1, max: 150 }) }), {
      minLength: 5,
      maxLength: 12,
    })
    await fc.assert(
      fc.asyncProperty(slices, async (steps) => {
        await using ingest = await startTestIngest()
        let mark = 0
        for (const { back, length } of [...steps, { back: 0, length: ticks.length }]) {
          const from = Math.max(1, mark + 1 - back)
          const to = Math.min(ticks.length, from + length - 1)
          const { status, body } = await sendSlice(ingest, ticks, from, to)
          const known = Math.max(0, Math.min(mark, to) - from + 1)
          mark = Math.max(mark, to)
          if (from > to) break
          expect({ status, body }).toMatchObject({
            status: 200,
            body: { accepted: to - from + 1 - known, duplicates: known, mark },
          })
        }
        await sendSlice(ingest, ticks, mark + 1, ticks.length)
        expect(await storedSums(ingest.hot, ingest.layout)).toEqual(sumsOf(ticks))
      }),
      { numRuns: 10 },
    )
  })

  it('whose pod died after some of its shards goes on at another pod, in other batches, and counts every tick once', async () => {
    const ticks = someTicks(300, 60)
    const home = shardOf('feed', 16)
    const hasTicks = ({ segments }: ApplyCall) => segments.some(({ parts }) => parts.length > 0)
    // The first pod's ticks never reach the home shard nor those with odd numbers, as if it had died before.
    await using dying = await startTestIngest({
      keyPrefix,
      limits: { requestTimeoutMs: 100, stopTimeoutMs: 0 },
      wrap: (hot) =>
        withApply(hot, (shard, call) =>
          hasTicks(call) && (shard === home || shard % 2 === 1) ? new Promise(() => undefined) : hot.apply(shard, call),
        ),
    })
    expect(await sendSlice(dying, ticks, 1, 300)).toMatchObject({
      status: 503,
      body: { error: { code: 'WEIR_OUTCOME_UNKNOWN' } },
    })
    const begun = await storedSums(dying.hot, dying.layout)
    expect(Object.keys(begun).length).toBeGreaterThan(0)
    await using other = await startTestIngest({ keyPrefix })
    expect((await other.get('/v1/producers/feed')).body.next).toBe(1)
    for (let from = 1; from <= 300; from += 70) await sendSlice(other, ticks, from, Math.min(300, from + 69))
    expect(await storedSums(other.hot, other.layout)).toEqual(sumsOf(ticks))
  })
})

describe('a producer whose mark was lost', () => {
  it('gets it back from PostgreSQL, and is refused a gap', async () => {
    const layout = testLayout()
    const cold = new MemoryColdStore(layout.accumulators)
    const coverage = { origin: '0'.repeat(32), timeUs: 1, marks: new Map([['feed', 100]]), periods: [] }
    for (let shard = 0; shard < layout.shards; shard++) await cold.writeCoverage(shard, coverage)
    await using ingest = await startTestIngest({ layout, cold })
    expect((await ingest.get('/v1/producers/feed')).body).toMatchObject({ mark: 100, next: 101 })
    expect(await ingest.post(someTicks(5), numbered(103))).toMatchObject({
      status: 409,
      body: { error: { expected: 101 } },
    })
    expect(await ingest.post(someTicks(5), numbered(99))).toMatchObject({
      status: 200,
      body: { accepted: 3, duplicates: 2, mark: 103 },
    })
  })

  it('goes on at its own number where nothing could be restored', async () => {
    const broken = {
      readRestored: () => Promise.reject(new Error('down')),
      readSeeds: () => Promise.reject(new Error('down')),
    }
    await using ingest = await startTestIngest({ cold: broken })
    expect(await ingest.post(someTicks(5), numbered(101))).toMatchObject({
      status: 200,
      body: { accepted: 5, mark: 105 },
    })
    expect(await ingest.post(someTicks(5), numbered(101))).toMatchObject({ status: 200, body: { duplicates: 5 } })
    expect(await ingest.post(someTicks(5), numbered(107))).toMatchObject({
      status: 409,
      body: { error: { expected: 106 } },
    })
  })
})
