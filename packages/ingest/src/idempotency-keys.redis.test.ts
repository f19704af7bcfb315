import { freshKeyPrefix } from '@weir/testkit'
import { describe, expect, it } from 'vitest'
import { someTicks, startTestIngest, storedSums, sumsOf, withApply } from './testing/test-ingest.ts'

const KEY = { 'idempotency-key': 'order-1' }

describe('an idempotency key', () => {
  it('gives a retry the first answer, and counts nothing again', async () => {
    await using ingest = await startTestIngest()
    const ticks = [...someTicks(200), { symbol: '' }]
    const first = await ingest.post(ticks, KEY)
    expect(first).toMatchObject({ status: 200, body: { ticks: 201, accepted: 200, rejected: 1 } })
    const second = await ingest.post(ticks, KEY)
    expect(second).toMatchObject({ status: 200, body: first.body })
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect(await storedSums(ingest.hot, ingest.layout)).toEqual(sumsOf(someTicks(200)))
    expect((await ingest.get('/health')).body).toMatchObject({ requests: 2, accepted: 200 })
  })

  it('refuses another request, be it another body, type or strictness', async () => {
    await using ingest = await startTestIngest()
    const ticks = someTicks(3)
    await ingest.post(ticks, KEY)
    const reused = { status: 422, body: { error: { code: 'WEIR_KEY_REUSED' } } }
    expect(await ingest.post(someTicks(4), KEY)).toMatchObject(reused)
    expect(await ingest.post(ticks, KEY, '?strict=true')).toMatchObject(reused)
    expect(await ingest.post(JSON.stringify(ticks), { ...KEY, 'content-type': 'application/x-ndjson' })).toMatchObject(
      reused,
    )
    expect(await storedSums(ingest.hot, ingest.layout)).toEqual(sumsOf(ticks))
  })

  it('lets a body that could not be read be mended under the same key', async () => {
    await using ingest = await startTestIngest()
    expect(await ingest.post('[{"symbol"', KEY)).toMatchObject({ status: 400 })
    expect(await ingest.post(someTicks(3), KEY)).toMatchObject({ status: 200, body: { accepted: 3 } })
  })

  it('carries a request to its end that a pod left half done', async () => {
    const keyPrefix = freshKeyPrefix()
    const ticks = someTicks(200)
    await using dying = await startTestIngest({
      keyPrefix,
      limits: { requestTimeoutMs: 100, stopTimeoutMs: 0 },
      wrap: (hot) =>
        withApply(hot, (shard, call) => (shard % 2 === 1 ? new Promise(() => undefined) : hot.apply(shard, call))),
    })
    expect(await dying.post(ticks, KEY)).toMatchObject({
      status: 503,
      body: { error: { code: 'WEIR_OUTCOME_UNKNOWN' } },
    })
    const before = Object.values(await storedSums(dying.hot, dying.layout)).reduce(
      (sum, { ticks: count }) => sum + count,
      0,
    )
    await using other = await startTestIngest({ keyPrefix })
    expect(await other.post(ticks, KEY)).toMatchObject({
      status: 200,
      body: { accepted: 200 - before, duplicates: before },
    })
    expect(await storedSums(other.hot, other.layout)).toEqual(sumsOf(ticks))
  })

  it('counts once what is sent twice at the same time', async () => {
    await using ingest = await startTestIngest()
    const ticks = someTicks(300)
    const answers = await Promise.all([1, 2, 3, 4].map(() => ingest.post(ticks, KEY)))
    for (const { status, body } of answers)
      expect({ status, sum: body.accepted + body.duplicates }).toEqual({ status: 200, sum: 300 })
    expect(await storedSums(ingest.hot, ingest.layout)).toEqual(sumsOf(ticks))
  })

  it.each(['', 'x'.repeat(256), 'é'])('may not be %j', async (key) => {
    await using ingest = await startTestIngest()
    expect(await ingest.post(someTicks(1), { 'idempotency-key': key })).toMatchObject({
      status: 400,
      body: { error: { code: 'WEIR_HEADER_INVALID' } },
    })
  })
})
