/** What the pod knows of Redis apart from its own requests: whether it answers, how much is dirty, since when. */
import type { Depth, HotStore, StoreError } from '@weir/accumulator'
import { type Clock, type Logger, type Random, RunLoop } from '@weir/service'
import type { IngestLimits } from './ingest-limits.ts'
import { UNREACHABLE_MESSAGE } from './unavailable.ts'

export interface WatchDeps {
  readonly hot: Pick<HotStore, 'readDepth'>
  readonly shards: number
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly limits: Pick<IngestLimits, 'depthIntervalMs' | 'dirtyItemsMax'>
}

/** Why no request is taken now. */
export interface WatchFault {
  readonly code: string
  readonly message: string
}

/** Asked this often while Redis does not answer: requests are refused until it does. */
const UNREACHABLE_INTERVAL_MS = 200

const NOT_ASKED: WatchFault = { code: 'WEIR_STORE_UNREACHABLE', message: 'Redis was not asked yet' }

export class HotStoreWatch {
  readonly #deps: WatchDeps
  readonly #loop: RunLoop
  readonly #dirty: number[]
  readonly #oldestAgeUs: number[]
  #unreachable: WatchFault | undefined = NOT_ASKED
  #layoutChanged: WatchFault | undefined

  constructor(deps: WatchDeps) {
    this.#deps = deps
    this.#dirty = Array.from({ length: deps.shards }, () => 0)
    this.#oldestAgeUs = Array.from({ length: deps.shards }, () => 0)
    this.#loop = new RunLoop({
      name: 'hot-store-watch',
      intervalMs: deps.limits.depthIntervalMs,
      round: (signal) => this.#askUntilAnswered(signal),
      clock: deps.clock,
      random: deps.random,
      log: deps.log,
      backoffMaxMs: deps.limits.depthIntervalMs,
    })
  }

  /** Asks once, so that the first request finds an answer, then on and on. */
  async start(): Promise<void> {
    await this.#ask()
    await this.#loop.start()
  }

  async stop(): Promise<void> {
    await this.#loop.stop()
  }

  /** A call was carried out in this shard, with so many rows dirty after it. */
  applied(shard: number, dirty: number): void {
    this.#dirty[shard] = dirty
    this.#layoutChanged = undefined
  }

  /** A call failed. */
  failed({ code, message }: StoreError): void {
    if (code === 'WEIR_LAYOUT_CHANGED') this.#layoutChanged = { code, message }
    if (code !== 'WEIR_STORE_UNREACHABLE') return
    this.#unreachable = { code, message }
    this.#loop.wake()
  }

  /** Rows that wait for PostgreSQL, over all shards. */
  get dirtyItems(): number {
    return this.#dirty.reduce((total, dirty) => total + dirty, 0)
  }

  /** How long the oldest of them has waited. */
  get oldestDirtyAgeSeconds(): number {
    return Math.max(0, ...this.#oldestAgeUs) / 1_000_000
  }

  /** Why this pod should get no requests: for `/readyz`. A full Redis is no such reason: it drains. */
  get notReady(): WatchFault | undefined {
    return this.#layoutChanged ?? this.#unreachable
  }

  /** Why a request is refused before anything is sent. A changed layout is asked again, since somebody may have mended it. */
  get refusal(): WatchFault | undefined {
    const { dirtyItemsMax } = this.#deps.limits
    if (this.#unreachable !== undefined) return { code: this.#unreachable.code, message: UNREACHABLE_MESSAGE }
    if (this.dirtyItems <= dirtyItemsMax) return undefined
    const message = `${this.dirtyItems} rows wait for PostgreSQL, more than ${dirtyItemsMax} (MAX_DIRTY_ITEMS); send later`
    return { code: 'WEIR_TOO_MUCH_DIRTY', message }
  }

  async #askUntilAnswered(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !(await this.#ask())) await this.#deps.clock.sleep(UNREACHABLE_INTERVAL_MS, signal)
  }

  /** Whether Redis answered. */
  async #ask(): Promise<boolean> {
    const { hot, shards, log } = this.#deps
    try {
      const depths = await Promise.all(Array.from({ length: shards }, (_, shard) => hot.readDepth(shard)))
      for (const [shard, depth] of depths.entries()) this.#take(shard, depth)
      if (this.#unreachable !== undefined && this.#unreachable !== NOT_ASKED) log.info('Redis answers again')
      this.#unreachable = undefined
      return true
    } catch (error) {
      if (this.#unreachable === undefined)
        log.error({ err: error }, 'Redis does not answer; requests are refused until it does')
      const { message } = error as Error
      this.#unreachable = { code: 'WEIR_STORE_UNREACHABLE', message }
      return false
    }
  }

  #take(shard: number, depth: Depth): void {
    this.#dirty[shard] = Object.values(depth.dirty).reduce((total, dirty) => total + dirty, 0)
    this.#oldestAgeUs[shard] = depth.timeUs - (depth.oldestDrainableUs ?? depth.timeUs)
  }
}
