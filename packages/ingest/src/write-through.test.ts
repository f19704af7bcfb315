// Goal: with ENABLE_MEMORY_FIRST=false nothing is acknowledged that is not in PostgreSQL, and a retry is as safe as ever.
import { shardOf } from '@weir/accumulator'
import { expect, it } from 'vitest'
import { createIngest } from './create-ingest.ts'
import { toReply } from './http-answer.ts'
import { ingestLimits } from './ingest-limits.ts'
import { NO_TOKEN, type RequestToken } from './ingest-request.ts'
import { memoryWorld, readTicks, SILENT } from './testing/memory-ingest.ts'
import { SESSION_START_MS, storedSums } from './testing/test-ingest.ts'
import type { TouchedRows, WriteThrough } from './write-through.ts'

const PRODUCER: RequestToken = { kind: 'producer', name: 'feed', first: 1 }

function open(writeThrough: WriteThrough) {
  const world = memoryWorld()
  const { clock, random, layout, hot } = world
  const limits = ingestLimits()
  const pod = createIngest({ hot, cold: undefined, layout, clock, random, log: SILENT, limits, writeThrough })
  const ticks = ['A', 'B', 'A'].map((symbol, index) => ({
    symbol,
    price: 1,
    volume: 1,
    timestamp: SESSION_START_MS + index,
  }))
  const submit = async (token: RequestToken = NO_TOKEN) => {
    await pod.start()
    return clock.run(pod.submit({ batch: readTicks(layout, ticks), token, strict: false }))
  }
  return { ...world, submit, pod }
}

/** `shard accumulator key`, without periods. */
function namesOf(touched: readonly TouchedRows[]): string[] {
  return touched
    .flatMap(({ shard, accumulator, rows }) => rows.map(({ key }) => `${shard} ${accumulator} ${key}`))
    .toSorted()
}

it('a request is answered after its rows, each named once, are in PostgreSQL', async () => {
  const seen: string[][] = []
  const { submit, layout } = open(async (touched) => {
    seen.push(namesOf(touched))
    return undefined
  })
  expect(await submit()).toMatchObject({ kind: 'counted', counts: { accepted: 3 } })
  const [accumulator] = layout.accumulators
  const expected = ['A', 'B'].map((key) => `${shardOf(key, layout.shards)} ${accumulator?.name} ${key}`)
  expect(seen.map((names) => names.filter((name) => name.includes(` ${accumulator?.name} `)))).toEqual([
    expected.toSorted(),
  ])
})

it('what is not in PostgreSQL is a 503 that says where the ticks are, and that a retry with a token is safe', async () => {
  let isAway = true
  const { submit, hot, layout, pod } = open(async () => (isAway ? 'PostgreSQL does not answer' : undefined))
  const answer = await submit(PRODUCER)
  expect(answer).toEqual({ kind: 'unwritten', reason: 'PostgreSQL does not answer' })
  expect(toReply(answer)).toMatchObject({
    status: 503,
    headers: { 'retry-after': '1' },
    body: {
      error: {
        code: 'WEIR_NOT_IN_POSTGRES',
        message: expect.stringMatching(
          /in Redis, and not in PostgreSQL yet: PostgreSQL does not answer.*same Weir-Sequence/,
        ),
      },
    },
  })
  expect(pod.health()).toMatchObject({ unwritten: 1, accepted: 0 })
  // The retry is a duplicate in Redis, and waits all the same.
  expect(await submit(PRODUCER)).toMatchObject({ kind: 'unwritten' })
  isAway = false
  expect(await submit(PRODUCER)).toMatchObject({ kind: 'counted', counts: { accepted: 0, duplicates: 3, mark: 3 } })
  expect(await storedSums(hot, layout)).toMatchObject({ A: { ticks: 2 }, B: { ticks: 1 } })
})

it('the answer of a keyed request is kept only once its rows are in PostgreSQL', async () => {
  let isAway = true
  const { submit } = open(async () => (isAway ? 'away' : undefined))
  const token = { kind: 'key', key: 'k', digest: 'd' } as const
  expect(await submit(token)).toMatchObject({ kind: 'unwritten' })
  isAway = false
  expect(await submit(token)).toMatchObject({ kind: 'counted', repeated: false, counts: { duplicates: 3 } })
  isAway = true
  expect(await submit(token)).toMatchObject({ kind: 'counted', repeated: true })
})

it('a Redis that lost the ticks before they were written is told from one that kept them', async () => {
  let losses = 0
  const { submit, hot, layout } = open(async () => {
    // A replica that had not heard of the request takes over while its rows are on their way.
    if (losses++ === 0) hot.redis = replica
    return undefined
  })
  const replica = hot.redis.clone()
  replica.replicationId = 'another'
  expect(await submit(PRODUCER)).toMatchObject({ kind: 'counted', counts: { ticks: 3 } })
  expect(losses).toBe(2)
  expect(await storedSums(hot, layout)).toMatchObject({ A: { ticks: 2 }, B: { ticks: 1 } })
})

it('without a token nobody knows then what is lost', async () => {
  const { submit, hot } = open(async () => {
    hot.redis = replica
    return undefined
  })
  const replica = hot.redis.clone()
  replica.replicationId = 'another'
  expect(await submit()).toEqual({ kind: 'unknown' })
})
