import { describe, expect, it } from 'vitest'
import { someTicks, startTestIngest, storedSums, sumsOf, testLayout, withApply } from './ingest.fixture.ts'

describe('requests that come at the same time', () => {
  it('share calls to Redis, and each gets its own verdict', async () => {
    let calls = 0
    await using ingest = await startTestIngest({
      layout: testLayout(2),
      wrap: (hot) =>
        withApply(hot, (shard, call) => {
          calls++
          return hot.apply(shard, call)
        }),
    })
    const ticks = someTicks(60 * 100)
    const numbered = (producer: number) => ({ 'weir-producer': `p${producer}`, 'weir-sequence': '1' })
    // Every third is a retry of the one before it, every fifth leaves a gap.
    const requests = Array.from({ length: 100 }, (_, index) => {
      const isRetry = index % 3 === 2
      const source = isRetry ? index - 1 : index
      const headers = index % 5 === 4 ? { ...numbered(source), 'weir-sequence': '7' } : numbered(source)
      return { index, source, headers, batch: ticks.slice(source * 60, source * 60 + 60) }
    })
    const replies = await Promise.all(requests.map(async (request) => ({ ...request, reply: await ingest.post(request.batch, request.headers) })))
    const counted = new Map<number, number>()
    for (const { source, reply, headers } of replies) {
      if (headers['weir-sequence'] !== '1' && reply.status === 409) continue
      expect(reply.status).toBe(200)
      expect(reply.body.accepted + reply.body.duplicates).toBe(60)
      counted.set(source, (counted.get(source) ?? 0) + reply.body.accepted)
    }
    for (const { source, headers, batch } of requests) {
      if (headers['weir-sequence'] === '1') expect(counted.get(source)).toBe(batch.length)
    }
    expect(calls).toBeLessThan(requests.length * 2)
    const accepted = [...counted].flatMap(([source, count]) => (count === 0 ? [] : ticks.slice(source * 60, source * 60 + 60)))
    expect(await storedSums(ingest.hot, ingest.layout)).toEqual(sumsOf(accepted))
  })
})

describe('a stop', () => {
  it('answers what is in flight, and takes nothing more', async () => {
    const held: (() => void)[] = []
    let isHolding = false
    const ingest = await startTestIngest({
      wrap: (hot) =>
        withApply(hot, async (shard, call) => {
          if (isHolding) await new Promise<void>((resolve) => held.push(resolve))
          return hot.apply(shard, call)
        }),
    })
    const ticks = someTicks(100)
    await ingest.post(ticks)
    isHolding = true
    const answer = ingest.post(ticks)
    await expect.poll(() => held.length).toBeGreaterThan(0)
    const stopped = ingest.stop()
    for (const release of held) release()
    expect(await answer).toMatchObject({ status: 200, body: { accepted: 100 } })
    await stopped
    await expect(ingest.post(ticks)).rejects.toThrow()
  })
})
