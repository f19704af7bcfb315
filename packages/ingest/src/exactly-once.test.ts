// Goal: with a sequence or a key every tick is counted exactly once, and without one a tick is never counted that its sender
// was told is not. Method: seeded runs of clients against pods on a Redis in memory, over a network that loses requests, loses
// replies, delivers requests late, and with pods that die at any instant.
import { StoreError } from '@weir/accumulator'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Ingest } from './create-ingest.ts'
import type { IngestAnswer, RequestToken } from './ingest-request.ts'
import { type MemoryWorld, memoryPod, memoryWorld, readTicks, through, unreachable } from './testing/memory-ingest.ts'
import { SESSION_START_MS, storedSums, sumsOf, type TestTick } from './testing/test-ingest.ts'

const PODS = 2
const LATE_MS_MAX = 20_000
/** Twenty seeds take 10 s of an idle core. */
const SEEDS_LIMIT_MS = 90_000
const CLIENT_PATIENCE_MS = 5000
const TOKENLESS_REQUESTS = 40
const TRIES_MAX = 500

interface Pod {
  readonly ingest: Ingest
  isDead: boolean
}

/** Of a hundred calls five are lost, of five the reply, five come so late that they were sent again, and ten are refused. */
async function startPod(world: MemoryWorld): Promise<Pod> {
  const pod: { isDead: boolean; ingest?: Ingest } = { isDead: false }
  const hot = through(world.hot, async (call) => {
    if (pod.isDead) return new Promise(() => undefined)
    const fate = world.random.integer(1, 100)
    if (fate <= 5) throw unreachable()
    if (fate <= 10) {
      await call()
      throw unreachable()
    }
    if (fate <= 15) {
      void world.clock.sleep(world.random.integer(1, LATE_MS_MAX)).then(() => call().catch(() => undefined))
      throw unreachable()
    }
    if (fate <= 25) throw new StoreError('WEIR_STORE_FULL', 'out of memory')
    await world.clock.sleep(world.random.integer(1, 5))
    return call()
  })
  pod.ingest = memoryPod(world, hot, { retryBaseMs: 5, retryMaxMs: 100, requestTimeoutMs: 3000, callSegmentsMax: 4 })
  await pod.ingest.start()
  return pod as Pod
}

/** Undefined where nobody answered in time. */
async function submitOnce(
  world: MemoryWorld,
  pods: Pod[],
  ticks: readonly TestTick[],
  token: RequestToken,
): Promise<IngestAnswer | undefined> {
  const { ingest } = await anyPod(world, pods)
  const sent = ingest.submit({ batch: readTicks(world.layout, ticks), token, strict: false })
  const answer = await Promise.race([sent, world.clock.sleep(CLIENT_PATIENCE_MS)])
  await world.clock.sleep(world.random.integer(1, 200))
  return answer ?? undefined
}

/** Pods die on the way, with all that they hold. */
async function anyPod(world: MemoryWorld, pods: Pod[]): Promise<Pod> {
  const pod = world.random.pick(pods)
  if (!world.random.chance(0.05)) return pod
  pod.isDead = true
  const place = pods.indexOf(pod)
  const next = await startPod(world)
  if (place >= 0) pods[place] = next
  return next
}

function ticksOf(name: string, count: number): TestTick[] {
  return Array.from({ length: count }, (_, index) => {
    return { symbol: `${name}-${index % 7}`, price: 10, volume: index + 1, timestamp: SESSION_START_MS + index }
  })
}

/** In batches of any size; now and then it forgets where it was, as a source that was restarted, and asks for its mark. */
async function runProducer(world: MemoryWorld, pods: Pod[], name: string, ticks: readonly TestTick[]): Promise<void> {
  for (let next = 1, tries = 0; next <= ticks.length; tries++) {
    if (tries > TRIES_MAX) throw new Error('nobody ever answered')
    if (world.random.chance(0.3)) next = await askNext(world, pods, name, next)
    const first = world.random.chance(0.2) ? world.random.integer(1, next) : next
    const batch = ticks.slice(first - 1, first - 1 + world.random.integer(1, 30))
    const answer = await submitOnce(world, pods, batch, { kind: 'producer', name, first })
    if (answer?.kind === 'gap') throw new Error('a producer in order left no gap')
    if (answer?.kind === 'counted') next = Math.max(next, first + batch.length)
  }
}

async function askNext(world: MemoryWorld, pods: Pod[], name: string, next: number): Promise<number> {
  const { ingest } = await anyPod(world, pods)
  const asked = ingest.producerMark(name).catch(() => undefined)
  const mark = await Promise.race([asked, world.clock.sleep(CLIENT_PATIENCE_MS)])
  return mark === undefined ? next : (mark as number) + 1
}

async function runKeyed(world: MemoryWorld, pods: Pod[], ticks: readonly TestTick[]): Promise<void> {
  for (let from = 0, tries = 0; from < ticks.length; tries++) {
    if (tries > TRIES_MAX) throw new Error('nobody ever answered')
    const batch = ticks.slice(from, from + 10)
    const answer = await submitOnce(world, pods, batch, { kind: 'key', key: `from ${from}`, digest: `digest ${from}` })
    // Now and then a client retries although it was answered.
    if (answer?.kind === 'counted' && world.random.chance(0.7)) from += batch.length
  }
}

interface Told {
  readonly symbols: readonly string[]
  readonly answer: IngestAnswer | undefined
}

/** Never sends anything twice; each tick has a symbol of its own. */
async function runTokenless(world: MemoryWorld, pods: Pod[], name: string): Promise<Told[]> {
  const told: Told[] = []
  for (let request = 0; request < TOKENLESS_REQUESTS; request++) {
    const ticks = ticksOf(`${name}-${request}`, 7)
    told.push({
      symbols: ticks.map(({ symbol }) => symbol),
      answer: await submitOnce(world, pods, ticks, { kind: 'none' }),
    })
  }
  return told
}

/** Ticks that were not counted as their sender was told: counted, not counted, or else at most once. */
function brokenWords(told: readonly Told[], sums: Sums): string[] {
  return told.flatMap(({ symbols, answer }) => {
    const allowed = answer?.kind === 'counted' ? [1] : answer?.kind === 'unavailable' ? [0] : [0, 1]
    const wrong = symbols.filter((symbol) => !allowed.includes(sums[symbol]?.ticks ?? 0))
    return wrong.map((symbol) => `${symbol} was ${answer?.kind}, but counts ${sums[symbol]?.ticks ?? 0}`)
  })
}

type Sums = Awaited<ReturnType<typeof storedSums>>

interface Ends {
  /** In Redis. */
  readonly sums: Sums
  /** Of ticks that had a sequence or a key. */
  readonly expected: Sums
  readonly told: readonly Told[]
}

function runSeed(seed: number): Promise<Ends> {
  const world = memoryWorld(seed)
  return world.clock.run(runClients(world))
}

async function runClients(world: MemoryWorld): Promise<Ends> {
  const pods = await Promise.all(Array.from({ length: PODS }, () => startPod(world)))
  const sources = ['a', 'b'].map((name) => ({ name, ticks: ticksOf(name, 120) }))
  const keyed = ticksOf('keyed', 60)
  const [told, more] = await Promise.all([
    runTokenless(world, pods, 'free'),
    runTokenless(world, pods, 'loose'),
    runKeyed(world, pods, keyed),
    ...sources.map(({ name, ticks }) => runProducer(world, pods, name, ticks)),
  ])
  // Whatever is still on its way arrives.
  await world.clock.sleep(2 * LATE_MS_MAX)
  const sums = await storedSums(world.hot, world.layout)
  const expected = sumsOf([...keyed, ...sources.flatMap(({ ticks }) => ticks)])
  await Promise.all(pods.map(({ ingest }) => ingest.stop()))
  return { sums, expected, told: [...told, ...more] }
}

describe('over a network that loses, delays and repeats, and with pods that die', () => {
  it(
    'every tick with a sequence or a key counts exactly once, every other as its sender was told',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(1_000_000), async (seed) => {
          const { sums, expected, told } = await runSeed(seed)
          for (const symbol of Object.keys(expected)) expect(sums[symbol]).toEqual(expected[symbol])
          expect(brokenWords(told, sums)).toEqual([])
        }),
        { numRuns: 20 },
      )
    },
    SEEDS_LIMIT_MS,
  )
})
