import { describe, expect, it } from 'vitest'
import { someTicks, startTestIngest, storedSums, sumsOf, testLayout, withApply } from './testing/test-ingest.ts'

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
    const sources = Array.from({ length: 50 }, (_, index) => ({
      name: `p${index}`,
      batch: someTicks(60, 40, index * 60),
    }))
    const numbered = (name: string, first: number) => ({ 'weir-producer': name, 'weir-sequence': String(first) })
    // Every batch is sent twice, and every source has a twin that leaves a gap.
    const [once, again, gaps] = await Promise.all([
      Promise.all(sources.map(({ name, batch }) => ingest.post(batch, numbered(name, 1)))),
      Promise.all(sources.map(({ name, batch }) => ingest.post(batch, numbered(name, 1)))),
      Promise.all(sources.map(({ name, batch }) => ingest.post(batch, numbered(`${name} gap`, 7)))),
    ])
    for (const [index, { body }] of once.entries()) {
      expect(body.accepted + (again[index]?.body.accepted ?? 0)).toBe(60)
      expect(body.duplicates + (again[index]?.body.duplicates ?? 0)).toBe(60)
    }
    expect(gaps.map(({ status }) => status)).toEqual(gaps.map(() => 409))
    // A request alone takes a call a shard, and those with a gap one.
    expect(calls).toBeLessThan(5 * sources.length)
    expect(await storedSums(ingest.hot, ingest.layout)).toEqual(sumsOf(sources.flatMap(({ batch }) => batch)))
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
    await expect(ingest.post(ticks)).rejects.toThrow('fetch failed')
  })
})
