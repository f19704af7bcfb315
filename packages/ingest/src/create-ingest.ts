/**
 * Ingestion without HTTP: what takes requests, and what it holds for them. It keeps no ticks of its own: a request is in
 * Redis when it is answered, or its sender is told that it is not, or that this is unknown.
 */
import { type HotStore, type Layout, shardOf } from '@weir/accumulator'
import type { Clock, Logger, Random } from '@weir/service'
import { type ColdReader, ColdReads } from './cold-reads.ts'
import { Deadlines } from './deadlines.ts'
import { HotStoreWatch, type WatchFault } from './hot-store-watch.ts'
import { ingestBatch } from './ingest-batch.ts'
import { IngestCounters, type IngestCounts } from './ingest-counters.ts'
import type { IngestDeps } from './ingest-deps.ts'
import type { IngestLimits } from './ingest-limits.ts'
import type { IngestAnswer, IngestRequest } from './ingest-request.ts'
import { PendingWork } from './pending-work.ts'
import { settledWithin } from './settled-within.ts'
import { ShardWriter } from './shard-writer.ts'
import type { Unavailable } from './unavailable.ts'
import type { WriteThrough } from './write-through.ts'

export interface IngestOptions {
  readonly hot: HotStore
  /** Undefined: there is no PostgreSQL, so nothing is restored after a wipe. */
  readonly cold: ColdReader | undefined
  readonly layout: Layout
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly limits: IngestLimits
  /** Where a request is to be answered only when its rows are in PostgreSQL: what brings them there. */
  readonly writeThrough?: WriteThrough | undefined
}

export interface Ingest {
  /** Begins to watch Redis. Ready when this resolves, if Redis answers; else as soon as it does. */
  start(): Promise<void>
  /** Takes no more requests, and waits for those in flight as long as the limit says. Idempotent, and legal before start. */
  stop(): Promise<void>
  /** Resolves when the ticks are in Redis, or with why they are not. Rejects only on a bug. */
  submit(request: IngestRequest): Promise<IngestAnswer>
  /** The last number seen of a producer, 0 if none. Throws a StoreError. */
  producerMark(name: string): Promise<number>
  /** Why no request should come here; empty when ready. */
  notReady(): readonly string[]
  health(): IngestHealth
}

export interface IngestHealth extends IngestCounts {
  readonly dirtyItems: number
  readonly oldestDirtyAgeSeconds: number
  readonly pendingRequests: number
  readonly pendingTicks: number
}

export function createIngest(options: IngestOptions): Ingest {
  const { hot, layout, clock, log, limits } = options
  const abandon = new AbortController()
  const deps = createDeps(options, abandon.signal)
  const { watch, writers } = deps
  const pending = new PendingWork(limits)
  const inFlight = new Set<Promise<unknown>>()
  const counters = new IngestCounters()
  const deadlines = new Deadlines(clock, limits.requestTimeoutMs)
  let stopping: Promise<void> | undefined

  async function submit(request: IngestRequest): Promise<IngestAnswer> {
    const refusal = stopping === undefined ? watch.refusal : STOPPING
    const answer = refusal === undefined ? await run(request) : refused(refusal)
    counters.add(answer)
    return answer
  }

  async function run(request: IngestRequest): Promise<IngestAnswer> {
    const { ticks } = request.batch
    if (!pending.admit(ticks)) return refused(BUSY)
    const work = ingestBatch(deps, request).finally(() => {
      pending.release(ticks)
      inFlight.delete(work)
    })
    work.catch((error: unknown) => log.error({ err: error }, 'a request failed'))
    inFlight.add(work)
    // After a while the sender is told that the outcome is unknown; the work goes on, so that the pod's part is finished.
    return deadlines.within(work, UNKNOWN)
  }

  async function stop(): Promise<void> {
    await settledWithin(Promise.allSettled(inFlight), limits.stopTimeoutMs, clock)
    // What still waits to be sent again is given up; what is on its way gets an answer, or none, within the same time.
    abandon.abort()
    await settledWithin(Promise.allSettled(inFlight), limits.stopTimeoutMs, clock)
    deadlines.stop()
    await watch.stop()
  }

  async function producerMark(name: string): Promise<number> {
    const home = shardOf(name, layout.shards)
    const mark = await hot.readMark(home, name)
    if (mark !== undefined) return mark
    // In a shard that was emptied, marks come back from PostgreSQL when it is opened.
    await writers[home]?.write({ mark: { kind: 'none' }, parts: [] })
    return (await hot.readMark(home, name)) ?? 0
  }

  return {
    start: () => watch.start(),
    stop: () => (stopping ??= stop()),
    submit,
    producerMark,
    notReady: () =>
      [stopping === undefined ? undefined : STOPPING, watch.notReady].flatMap((fault) => fault?.message ?? []),
    health: () => ({
      ...counters.counts,
      dirtyItems: watch.dirtyItems,
      oldestDirtyAgeSeconds: watch.oldestDirtyAgeSeconds,
      pendingRequests: pending.requests,
      pendingTicks: pending.ticks,
    }),
  }
}

function createDeps(options: IngestOptions, abandon: AbortSignal): IngestDeps {
  const { hot, layout, clock, random, log, limits } = options
  const watch = new HotStoreWatch({ hot, shards: layout.shards, clock, random, log, limits })
  const coldReads = new ColdReads(options)
  const callDeps = { hot, coldReads, watch, clock, random, limits, abandon }
  const bootId = random.hex(8)
  const writers = Array.from({ length: layout.shards }, (_, shard) => new ShardWriter({ ...callDeps, shard, bootId }))
  return { hot, writers, watch, layout, clock, random, log, limits, abandon, writeThrough: options.writeThrough }
}

const STOPPING: WatchFault = { code: 'WEIR_STOPPING', message: 'this server is stopping; send the request again' }
const BUSY: WatchFault = {
  code: 'WEIR_BUSY',
  message: 'too many requests wait for Redis; send the request again later',
}
const UNKNOWN: IngestAnswer = { kind: 'unknown' }

function refused({ code, message }: WatchFault): Unavailable {
  return { kind: 'unavailable', code, message, retryable: true }
}
