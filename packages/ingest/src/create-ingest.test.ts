import { shardOf } from '@weir/accumulator'
import { MemoryColdStore } from '@weir/testkit'
import { describe, expect, it } from 'vitest'
import { NO_TOKEN } from './ingest-request.ts'
import { memoryPod, memoryWorld, readTicks, unreachable } from './testing/memory-ingest.ts'
import { SESSION_START_MS, someTicks, storedSums, sumsOf, type TestTick, withApply } from './testing/test-ingest.ts'

describe('a keyed request', () => {
  it('is judged by the time of its first try, so that a retry counts the same ticks', async () => {
    const world = memoryWorld()
    const { clock, layout, hot } = world
    const ahead = { symbol: 'A', price: 1, volume: 1, timestamp: clock.nowMs() + 70_000 }
    const request = {
      batch: readTicks(layout, [ahead, { ...ahead, timestamp: clock.nowMs() }]),
      token: { kind: 'key', key: 'k', digest: 'd' },
      strict: false,
    } as const
    const dying = memoryPod(
      world,
      // Redis goes away between the claim and the ticks.
      withApply(hot, (shard, call) =>
        call.segments.some(({ parts }) => parts.length > 0) ? Promise.reject(unreachable()) : hot.apply(shard, call),
      ),
      { requestTimeoutMs: 1000 },
    )
    await dying.start()
    expect(await clock.run(dying.submit(request))).toEqual({ kind: 'unknown' })
    await clock.run(clock.sleep(30_000))
    const pod = memoryPod(world)
    await pod.start()
    expect(await clock.run(pod.submit(request))).toMatchObject({
      counts: { accepted: 1, rejected: 1, errors: [{ index: 0 }] },
    })
  })
})

describe('a request of a producer', () => {
  it('reaches the home shard last, so that the mark there never promises what another shard has not', async () => {
    const world = memoryWorld()
    const { clock, layout, hot } = world
    const home = shardOf('feed', layout.shards)
    const hanging = withApply(hot, (shard, call) =>
      shard === home ? hot.apply(shard, call) : new Promise(() => undefined),
    )
    const pod = memoryPod(world, hanging)
    await pod.start()
    const token = { kind: 'producer', name: 'feed', first: 1 } as const
    const request = { batch: readTicks(layout, someTicks(100)), token, strict: false }
    expect(await clock.run(pod.submit(request))).toEqual({ kind: 'unknown' })
    expect(await hot.readMark(home, 'feed')).toBeUndefined()
  })
})

describe('a row without room for more', () => {
  it('has its ticks rejected by index, while those beside them count in every shard and their producer goes on', async () => {
    const world = memoryWorld()
    const { clock, layout, hot } = world
    const pod = memoryPod(world)
    await pod.start()
    let next = 1
    const send = async (ticks: readonly TestTick[], token = true) => {
      const first = next
      if (token) next += ticks.length
      const producer = { kind: 'producer', name: 'feed', first } as const
      const request = { batch: readTicks(layout, ticks), token: token ? producer : NO_TOKEN, strict: false }
      return clock.run(pod.submit(request))
    }
    // 1024 of the largest volumes that a JSON number keeps are an int64 less a thousand.
    const large = { symbol: 'FULL', price: 1, volume: Number.MAX_SAFE_INTEGER, timestamp: SESSION_START_MS }
    await send(Array.from({ length: 1024 }, () => large))
    const beside = someTicks(40)
    const reason = 'volume of FULL in sessions would leave its range'
    const answer = await send([...beside.slice(0, 20), large, ...beside.slice(20), large])
    const counts = { ticks: 42, accepted: 40, duplicates: 0, rejected: 2 }
    expect(answer).toMatchObject({ counts: { ...counts, errors: [20, 41].map((index) => ({ index, reason })) } })
    expect(await send([large, beside[0] as TestTick], false)).toMatchObject({ counts: { accepted: 1, rejected: 1 } })
    expect(await send([beside[1] as TestTick])).toMatchObject({ counts: { accepted: 1, mark: 1067 } })
    const { FULL: full, ...others } = await storedSums(hot, layout)
    expect(full).toMatchObject({ ticks: 1024 })
    expect(others).toEqual(sumsOf([...beside, ...beside.slice(0, 2)]))
  })
})

describe('a Redis that falls behind what it acknowledged', () => {
  it('by a failover in the middle of a request, has no shard ahead of its producer, so that what is sent again counts', async () => {
    const world = memoryWorld(1, 8)
    const { clock, layout, hot } = world
    const home = shardOf('feed', 8)
    const ticks = someTicks(300)
    const send = (pod: ReturnType<typeof memoryPod>, from: number, to: number) =>
      clock.run(
        pod.submit({
          batch: readTicks(layout, ticks.slice(from - 1, to)),
          token: { kind: 'producer', name: 'feed', first: from },
          strict: false,
        }),
      )
    // Calls that are in flight when the master goes are not answered.
    let isDown = false
    const pod = memoryPod(
      world,
      withApply(hot, (shard, call) =>
        isDown && shard !== home ? Promise.reject(unreachable()) : hot.apply(shard, call),
      ),
    )
    await pod.start()
    await send(pod, 1, 100)
    const replica = hot.redis.clone()
    replica.replicationId = 'replication-2'
    await send(pod, 101, 200)
    isDown = true
    void clock.sleep(20).then(() => {
      hot.redis = replica
      isDown = false
    })
    expect(await send(pod, 201, 300)).toEqual({ kind: 'gap', expected: 101 })
    expect(await send(pod, 101, 300)).toMatchObject({ counts: { accepted: 200, duplicates: 0 } })
    const sums = await storedSums(hot, layout)
    const counted = Object.values(sums).reduce((sum, row) => sum + row.ticks, 0)
    expect(counted).toBe(300)
    expect(Object.keys(sums).length).toBe(Object.keys(sumsOf(ticks)).length)
  })

  it('by a wipe in the middle of a request, has no shard ahead of its producer either', async () => {
    const world = memoryWorld(1, 8)
    const { clock, layout, hot } = world
    const home = shardOf('feed', 8)
    const ticks = someTicks(300)
    const cold = new MemoryColdStore(layout.accumulators)
    let isToBeWiped = false
    const wiping = withApply(hot, (shard, call) => {
      if (isToBeWiped && shard !== home) hot.redis.wipe()
      isToBeWiped = false
      return hot.apply(shard, call)
    })
    const pod = memoryPod(world, wiping, {}, cold)
    const send = (from: number, to: number) =>
      clock.run(
        pod.submit({
          batch: readTicks(layout, ticks.slice(from - 1, to)),
          token: { kind: 'producer', name: 'feed', first: from },
          strict: false,
        }),
      )
    await pod.start()
    await send(1, 100)
    for (let shard = 0; shard < 8; shard++) await cold.writeCoverage(shard, await hot.readCoverage(shard))
    await send(101, 200)
    isToBeWiped = true
    expect(await send(201, 300)).toEqual({ kind: 'gap', expected: 101 })
    expect(await send(101, 300)).toMatchObject({ counts: { accepted: 200, duplicates: 0 } })
  })
})

describe('a pod', () => {
  const [tick] = someTicks(1)

  it('refuses requests before anything is sent while too many wait for Redis', async () => {
    const world = memoryWorld()
    const { clock, layout, hot } = world
    const slow = withApply(hot, async (shard, call) => {
      await clock.sleep(100)
      return hot.apply(shard, call)
    })
    const pod = memoryPod(world, slow, { pendingRequestsMax: 3, pendingTicksMax: 100 })
    await pod.start()
    const submit = (count: number) =>
      pod.submit({
        batch: readTicks(
          layout,
          Array.from({ length: count }, () => tick ?? {}),
        ),
        token: { kind: 'none' },
        strict: false,
      })
    const answers = await clock.run(Promise.all([submit(50), submit(40), submit(11), submit(10), submit(1)]))
    expect(answers.map((answer) => answer.kind)).toEqual([
      'counted',
      'counted',
      'unavailable',
      'counted',
      'unavailable',
    ])
    expect(answers[2]).toMatchObject({ code: 'WEIR_BUSY' })
    expect(await clock.run(submit(1000))).toMatchObject({ kind: 'counted' })
    expect(pod.health()).toMatchObject({
      requests: 6,
      accepted: 1100,
      unavailable: 2,
      pendingRequests: 0,
      pendingTicks: 0,
    })
  })

  it('answers that the outcome is unknown after a while, and still finishes the request', async () => {
    const world = memoryWorld()
    const { clock, layout, hot } = world
    let isDown = true
    const pod = memoryPod(
      world,
      withApply(hot, (shard, call) => (isDown ? Promise.reject(unreachable()) : hot.apply(shard, call))),
    )
    await pod.start()
    const sent = clock.nowMs()
    const request = { batch: readTicks(layout, [tick ?? {}]), token: { kind: 'none' }, strict: false } as const
    expect(await clock.run(pod.submit(request))).toEqual({ kind: 'unknown' })
    expect(clock.nowMs() - sent).toBe(30_000)
    expect(await storedSums(hot, layout)).toEqual({})
    isDown = false
    await clock.run(clock.sleep(5000))
    expect(await storedSums(hot, layout)).toEqual({ S0: { ticks: 1, volume: 1 } })
    await clock.run(pod.stop())
    expect(await pod.submit(request)).toMatchObject({ kind: 'unavailable', code: 'WEIR_STOPPING' })
    expect(pod.notReady()).not.toEqual([])
  })

  it('may be stopped before it was started, and twice', async () => {
    const world = memoryWorld()
    const pod = memoryPod(world)
    await world.clock.run(Promise.all([pod.stop(), pod.stop()]))
    expect(pod.notReady()[0]).toContain('stopping')
  })

  it('is not ready while its settings differ from those of the store, and says how', async () => {
    const world = memoryWorld()
    const pod = memoryPod(world)
    const other = memoryPod({ ...world, layout: memoryWorld(1, 5).layout })
    await Promise.all([pod.start(), other.start()])
    const batch = readTicks(world.layout, [{ symbol: 'A', price: 1, volume: 1, timestamp: SESSION_START_MS }])
    const request = { batch, token: { kind: 'none' }, strict: false } as const
    expect(await world.clock.run(pod.submit(request))).toMatchObject({ kind: 'counted' })
    world.hot.redis.hash('{weir:0}:meta').set('layout', 'another')
    expect(pod.notReady()).toEqual([])
    for (const shard of [0, 1, 2, 3]) world.hot.redis.hash(`{weir:${shard}}:meta`).set('layout', 'another')
    expect(await world.clock.run(pod.submit(request))).toMatchObject({
      kind: 'unavailable',
      code: 'WEIR_LAYOUT_CHANGED',
    })
    expect(pod.notReady()[0]).toContain('layout')
  })
})
