/** A real hot store and its twin in memory, side by side: the same calls, the same edits by hand, the same clock. */
import type { HotStore, Layout } from '@weir/accumulator'
import { redisKeys, type ShardKeys } from '@weir/redis'
import type { Redis } from 'ioredis'
import { dumpMemory, dumpRedis, type HotStoreDump } from './hot-store-dump.ts'
import { MemoryHotStore } from './memory-hot-store.ts'
import { MemoryRedis } from './memory-redis.ts'

export interface HotStorePairOptions {
  readonly redis: Redis
  readonly real: HotStore
  readonly layout: Layout
  readonly keyPrefix: string
}

export class HotStorePair {
  readonly real: HotStore
  readonly twin: MemoryHotStore
  readonly layout: Layout
  readonly #redis: Redis
  readonly #keyPrefix: string
  #twinTimeUs = 0

  private constructor({ redis, real, layout, keyPrefix }: HotStorePairOptions, memory: MemoryRedis) {
    this.real = real
    this.layout = layout
    this.#redis = redis
    this.#keyPrefix = keyPrefix
    this.twin = new MemoryHotStore({ layout, keyPrefix, redis: memory, timeUs: () => this.#twinTimeUs })
  }

  static async open(options: HotStorePairOptions): Promise<HotStorePair> {
    const info = await options.redis.info()
    const read = (name: string) => new RegExp(`^${name}:(\\w+)`, 'm').exec(info)?.[1] ?? ''
    const memory = new MemoryRedis(read('run_id'), read('master_replid'))
    memory.delayedFsyncs = Number(read('aof_delayed_fsync'))
    return new HotStorePair(options, memory)
  }

  keys(shard: number): ShardKeys {
    return redisKeys(this.#keyPrefix).shard(shard)
  }

  /** Runs a call on the real store, then on the twin at the time that the real one's shard shows. */
  async both<Outcome>(
    shard: number,
    call: (store: HotStore) => Promise<Outcome>,
    timeUsOf: (outcome: Outcome) => number | undefined = () => undefined,
  ): Promise<{ real: Outcome; twin: Outcome }> {
    const real = await call(this.real)
    const shown = await this.#redis.hget(this.keys(shard).meta, 'clock')
    this.#twinTimeUs = timeUsOf(real) ?? (shown === null ? this.#twinTimeUs : Number(shown))
    return { real, twin: await call(this.twin) }
  }

  async setField(key: string, field: string, value: string): Promise<void> {
    await this.#redis.hset(key, field, value)
    this.twin.redis.hash(key).set(field, value)
  }

  async deleteField(key: string, field: string): Promise<void> {
    await this.#redis.hdel(key, field)
    this.twin.redis.hash(key).delete(field)
  }

  /** Loses a shard, as a wiped Redis does; the layout's text stays. */
  async wipe(shard: number): Promise<void> {
    const tag = `{${this.#keyPrefix}:${shard}}`
    const keys = this.twin.redis.keys().filter((key) => key.startsWith(tag))
    for (const key of keys) this.twin.redis.delete(key)
    if (keys.length > 0) await this.#redis.del(...keys)
  }

  async dumps(): Promise<{ real: HotStoreDump; twin: HotStoreDump }> {
    const real = await dumpRedis(this.#redis, `{${this.#keyPrefix}:*}:*`)
    return { real, twin: dumpMemory(this.twin.redis) }
  }
}
