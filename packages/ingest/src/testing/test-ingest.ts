// What the tests of ingestion share: an ingest server on the run's Redis under keys of its own, and what it did to the rows.
import {
  createLayout,
  type HotStore,
  type Layout,
  limbsToBigInt,
  periodClock,
  sessionsAccumulator,
} from '@weir/accumulator'
import { connectRedis, RedisHotStore, redisReady } from '@weir/redis'
import { createLogger, type RoleToken, systemClock, systemRandom } from '@weir/service'
import { freshKeyPrefix, MemoryColdStore, testRedisUrl } from '@weir/testkit'
import type { ColdReader } from '../cold-reads.ts'
import { type IngestLimits, ingestLimits } from '../ingest-limits.ts'
import { createIngestServer } from '../ingest-server.ts'

export const SESSION_START_MS = 1_381_132_800_000
const COMMAND_TIMEOUT_MS = 5000
const CONNECT_TIMEOUT_MS = 5000

export interface TestTick {
  readonly symbol: string
  readonly price: number
  readonly volume: number
  readonly timestamp: number
}

interface TestReply {
  readonly status: number
  readonly headers: Headers
  readonly body: TestBody
}

/** What tests look at in answers; each answer has some of it. */
interface TestBody {
  readonly accepted: number
  readonly duplicates: number
  readonly errors: readonly unknown[]
  readonly error: { readonly message: string; readonly accepted: readonly string[] }
  readonly next: number
  readonly producer: string
  readonly memory_usage_mb: number
  readonly oldest_dirty_age_seconds: number
}

export interface TestIngest extends AsyncDisposable {
  readonly url: string
  readonly hot: HotStore
  readonly layout: Layout
  /** Sends ticks as JSON, or a body as it is. */
  post(body: readonly unknown[] | string | Buffer, headers?: Record<string, string>, query?: string): Promise<TestReply>
  /** The same to another path than that of ticks. */
  send(path: string, body: readonly unknown[] | string | Buffer, headers?: Record<string, string>): Promise<TestReply>
  get(path: string, headers?: Record<string, string>): Promise<TestReply>
  stop(): Promise<void>
}

export interface TestIngestOptions {
  readonly layout?: Layout
  readonly limits?: Partial<IngestLimits>
  readonly redisUrl?: string
  /** Two servers of one prefix are two pods. */
  readonly keyPrefix?: string
  /** An empty PostgreSQL where none is given. */
  readonly cold?: ColdReader
  readonly tokens?: readonly RoleToken[]
  readonly commandTimeoutMs?: number
  /** Between the pod and its store. */
  readonly wrap?: (hot: HotStore) => HotStore
}

export function testLayout(shards = 16): Layout {
  return createLayout({
    shards,
    accumulators: [sessionsAccumulator({ priceDigits: 4, volumeDigits: 0, zone: 'America/New_York' })],
  })
}

export async function startTestIngest(options: TestIngestOptions = {}): Promise<TestIngest> {
  const { layout = testLayout(), redisUrl = testRedisUrl(), keyPrefix = freshKeyPrefix() } = options
  const commandTimeoutMs = options.commandTimeoutMs ?? COMMAND_TIMEOUT_MS
  const redis = connectRedis({ url: redisUrl, purpose: 'weir-test', commandTimeoutMs })
  await redisReady(redis, AbortSignal.timeout(CONNECT_TIMEOUT_MS))
  const store = new RedisHotStore({ redis, layout, keyPrefix, durabilityAgeMs: 0 })
  const server = createIngestServer({
    hot: options.wrap?.(store) ?? store,
    cold: options.cold ?? new MemoryColdStore(layout.accumulators),
    layout,
    clock: systemClock,
    random: systemRandom,
    log: createLogger({ name: 'test', level: 'silent' }),
    limits: ingestLimits(options.limits),
    host: '127.0.0.1',
    port: 0,
    tokens: options.tokens ?? [],
    facts: async () => ({ persistence: 'aof always', maxmemoryPolicy: 'noeviction', usedMemoryBytes: 3 * 1024 * 1024 }),
  })
  await server.start()
  const url = server.url ?? ''
  const stop = async () => {
    await server.stop()
    redis.disconnect()
  }
  return {
    url,
    hot: store,
    layout,
    post: (body, headers, query) => post(`${url}/v1/ticks${query ?? ''}`, body, headers),
    send: (path, body, headers) => post(`${url}${path}`, body, headers),
    get: async (path, headers) => readReply(await fetch(`${url}${path}`, { headers: headers ?? {} })),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** The store with another way to it: what happens between a pod and Redis happens here. */
export function withApply(hot: HotStore, apply: HotStore['apply']): HotStore {
  return new Proxy(hot, {
    get(target, name: keyof HotStore) {
      return name === 'apply' ? apply : (target[name] as () => unknown).bind(target)
    },
  })
}

async function post(
  url: string,
  body: readonly unknown[] | string | Buffer,
  headers: Record<string, string> = {},
): Promise<TestReply> {
  const sent = typeof body === 'string' ? body : body instanceof Buffer ? new Uint8Array(body) : JSON.stringify(body)
  return readReply(
    await fetch(url, { method: 'POST', body: sent, headers: { 'content-type': 'application/json', ...headers } }),
  )
}

async function readReply(response: Response): Promise<TestReply> {
  return { status: response.status, headers: response.headers, body: (await response.json()) as TestBody }
}

/** As many ticks as asked, over so many symbols, all in one session, each a ms after the one before. */
export function someTicks(count: number, symbols = 40, from = 0): TestTick[] {
  return Array.from({ length: count }, (_, index) => {
    const number = from + index
    return {
      symbol: `S${number % symbols}`,
      price: 100 + (number % 7),
      volume: 1 + (number % 3),
      timestamp: SESSION_START_MS + number,
    }
  })
}

/** Ticks and volume of each symbol in the session of `someTicks`, as Redis has them. */
export async function storedSums(
  hot: HotStore,
  layout: Layout,
): Promise<Record<string, { ticks: number; volume: number }>> {
  const [accumulator] = layout.accumulators
  if (accumulator === undefined) return {}
  const period = periodClock(accumulator.period).idOf(SESSION_START_MS * 1000)
  const sums: Record<string, { ticks: number; volume: number }> = {}
  for (let shard = 0; shard < layout.shards; shard++) {
    for (let cursor = '', page; cursor !== '0'; cursor = page.cursor) {
      page = await hot.readRows(shard, accumulator.name, period, { kind: 'page', cursor: cursor || '0', rowsMax: 1000 })
      for (const { key, row } of page.rows) {
        const volumeSlot = accumulator.fieldList.find(({ name }) => name === 'volume')?.slot ?? 0
        const volume = Number(limbsToBigInt(row.slots[volumeSlot] ?? 0, row.slots[volumeSlot + 1] ?? 0))
        const before = sums[key] ?? { ticks: 0, volume: 0 }
        sums[key] = { ticks: before.ticks + row.updates, volume: before.volume + volume }
      }
    }
  }
  return sums
}

/** The same of a list of ticks, added up one by one. */
export function sumsOf(ticks: readonly TestTick[]): Record<string, { ticks: number; volume: number }> {
  const sums: Record<string, { ticks: number; volume: number }> = {}
  for (const { symbol, volume } of ticks) {
    const before = sums[symbol] ?? { ticks: 0, volume: 0 }
    sums[symbol] = { ticks: before.ticks + 1, volume: before.volume + volume }
  }
  return sums
}
