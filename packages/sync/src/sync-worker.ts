/**
 * The sync worker: runs rounds as the queue asks for them, and by its own timer where the queue does not. BullMQ's scripts fail
 * when Redis is full, and its schedulers may be wiped; then rounds are needed more than ever.
 */
import { type Accumulator, assert } from '@weir/accumulator'
import { RunLoop, type Service } from '@weir/service'
import { errorTeller } from './error-teller.ts'
import { PressureGate } from './pressure-gate.ts'
import { readDirtyDepth } from './read-dirty-depth.ts'
import { RoundWatch } from './round-watch.ts'
import { runSyncJob, type SyncJobDeps } from './run-sync-job.ts'
import { type SyncQueue, type SyncSchedule, startSchedule } from './schedule.ts'
import { StoreChecks } from './store-checks.ts'
import {
  type AccumulatorReport,
  type AccumulatorSyncDeps,
  type AccumulatorSyncOptions,
  syncAccumulator,
} from './sync-accumulator.ts'
import type { SyncJobContext, SyncJobRequest, SyncJobResult } from './sync-job.ts'
import { syncLast } from './sync-last.ts'
import { SyncRounds } from './sync-rounds.ts'
import { type SyncHealth, SyncStatus } from './sync-status.ts'
import { type SyncWorkerOptions, syncDeps } from './sync-worker-options.ts'
import { tellRound } from './tell-round.ts'

const WATCH_INTERVAL_MS = 1000
const CHECK_INTERVAL_MS = 2000
const ENSURE_INTERVAL_MS = 60_000
/** Of the time that a stop may take: what the jobs in flight get of it. The last sync gets the rest. */
const JOBS_SHARE = 0.4

export class SyncWorker implements Service {
  readonly name = 'sync'
  readonly #options: SyncWorkerOptions
  readonly #deps: AccumulatorSyncDeps | undefined
  readonly #rounds: SyncRounds
  readonly #watch: RoundWatch
  readonly #checks: StoreChecks
  readonly #status = new SyncStatus()
  readonly #watchLoop: RunLoop
  #schedule: SyncSchedule | undefined
  #nextCheckMs = 0
  #nextEnsureMs = 0
  #stopping: Promise<void> | undefined

  constructor(options: SyncWorkerOptions) {
    const { clock, random, log, intervalsMs, dirtyRowsMax } = options
    this.#options = options
    this.#deps = syncDeps(options)
    this.#rounds = new SyncRounds(Object.keys(intervalsMs), clock, (name, round) =>
      this.#sync(this.#accumulator(name), round),
    )
    const waitMaxMs = Math.max(...Object.values(intervalsMs))
    const gate = new PressureGate({ dirtyRowsMax, waitMinMs: WATCH_INTERVAL_MS, waitMaxMs })
    this.#watch = new RoundWatch({ rounds: this.#rounds, intervalsMs, gate })
    this.#checks = new StoreChecks(options.checks, (name, fault) => this.#checked(name, fault))
    this.#watchLoop = new RunLoop({
      name: 'sync watch',
      intervalMs: WATCH_INTERVAL_MS,
      backoffMaxMs: WATCH_INTERVAL_MS,
      round: () => this.#look(),
      clock,
      random,
      log,
    })
  }

  /** Throws a StoreError where a store is there and unfit. One that cannot be reached is waited for, and named by `notReady`. */
  async start(): Promise<void> {
    const { log, queue, intervalsMs, retriesMax, clock } = this.#options
    if (this.#stopping !== undefined) return
    if (this.#deps !== undefined) {
      await this.#checks.ask({ throwUnfit: true })
      this.#schedule = startSchedule({
        ...queue,
        intervalsMs,
        retriesMax,
        clock,
        handle: (request, context) => this.#runJob(request, context),
        onError: errorTeller(log, clock, 'the queue reports an error; rounds go on by the own timer'),
      })
    } else {
      log.warn('ENABLE_DATABASE_SYNC is false: rows stay in Redis, nothing is written to PostgreSQL')
    }
    await this.#watchLoop.start()
  }

  /** Finishes the jobs in flight, then syncs once more if it shall. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  /** The queue, for Bull Board; undefined while nothing is synced. */
  get queue(): SyncQueue | undefined {
    return this.#schedule?.queue
  }

  /** Why this worker does not do its work, a line each; empty when it does. */
  notReady(): string[] {
    if (this.#deps === undefined) return []
    if (!this.#checks.areFit) return this.#checks.reasons
    return [...this.#status.unreachable, ...this.#watch.late(this.#options.clock.monotonicMs())]
  }

  async health(): Promise<SyncHealth> {
    const hot = await this.#options.describeHot().catch(() => undefined)
    return this.#status.health(this.#deps !== undefined, this.notReady(), hot)
  }

  /** Each second: what waits in Redis, and whether that needs a round that the queue has not asked for. */
  async #look(): Promise<void> {
    const { clock, hot, layout, log } = this.#options
    const depth = await readDirtyDepth(hot, layout.shards).catch((error: unknown) => {
      this.#status.sawNoDepth(error)
      return undefined
    })
    if (depth !== undefined) this.#status.sawDepth(depth)
    if (this.#deps === undefined) return
    const nowMs = clock.monotonicMs()
    if (!this.#checks.areFit && nowMs >= this.#nextCheckMs) {
      this.#nextCheckMs = nowMs + CHECK_INTERVAL_MS
      await this.#checks.ask({ throwUnfit: false })
    }
    if (nowMs >= this.#nextEnsureMs) {
      this.#nextEnsureMs = nowMs + ENSURE_INTERVAL_MS
      // Not waited for: while the queue's Redis is away this stays open, and the rounds are to go on.
      this.#schedule
        ?.ensure()
        .catch((error: unknown) => log.warn({ err: error }, 'the schedulers could not be put back'))
    }
    if (!this.#checks.areFit) return
    for (const accumulator of this.#watch.due(depth, nowMs)) {
      // What it reports is in the status and the log.
      this.#rounds.run({ accumulator, fresh: false }).catch(() => undefined)
    }
  }

  async #runJob(request: SyncJobRequest, context: SyncJobContext): Promise<SyncJobResult> {
    if (!this.#checks.areFit) throw this.#checks.fault ?? new Error('the stores were not checked yet')
    // Whoever asks for all of it may want what PostgreSQL lost to be written again.
    if (request.forced === true && request.symbol === undefined) this.#deps?.coverages.forgetWritten()
    const { layout, clock } = this.#options
    const sync: SyncJobDeps['sync'] = (accumulator, { fresh, ...options }) =>
      options.symbol === undefined
        ? this.#rounds.run({ accumulator: accumulator.name, fresh, ...options })
        : this.#sync(accumulator, options)
    return runSyncJob({ accumulators: layout.accumulators, clock, sync }, request, context)
  }

  async #sync(accumulator: Accumulator, options: AccumulatorSyncOptions): Promise<AccumulatorReport> {
    const { clock, log } = this.#options
    assert(this.#deps !== undefined, 'rounds run where there is a database to sync to')
    try {
      const report = await syncAccumulator(this.#deps, accumulator, options)
      this.#status.roundEnded(report, clock.nowMs())
      tellRound(log, report)
      return report
    } catch (error) {
      if (options.signal?.aborted !== true) {
        this.#status.failed(error instanceof Error ? error : new Error(String(error)), clock.nowMs())
        log.error({ err: error, accumulator: accumulator.name }, 'a round failed')
      }
      throw error
    }
  }

  #checked(name: string, fault: Error | undefined): void {
    const { log } = this.#options
    if (fault === undefined) log.info(`${name} is fit to be synced`)
    else log.error({ err: fault }, `${name} is not fit to be synced; asking again every ${CHECK_INTERVAL_MS / 1000} s`)
  }

  async #stop(): Promise<void> {
    const { clock, log, intervalsMs, shutdownTimeoutMs, syncsOnShutdown } = this.#options
    const endMs = clock.monotonicMs() + shutdownTimeoutMs
    await this.#watchLoop.stop()
    await this.#schedule?.close(shutdownTimeoutMs * JOBS_SHARE)
    if (syncsOnShutdown && this.#schedule !== undefined) {
      const timeoutMs = Math.max(0, endMs - clock.monotonicMs())
      if (this.#checks.areFit)
        await syncLast({ rounds: this.#rounds, accumulators: Object.keys(intervalsMs), clock, log, timeoutMs })
      else
        log.error(
          { reasons: this.#checks.reasons },
          'no last sync: what is dirty stays in Redis, and the next worker takes it',
        )
    }
    this.#rounds.cancelAll(new Error('the worker stops'))
  }

  #accumulator(name: string): Accumulator {
    const found = this.#options.layout.accumulators.find((accumulator) => accumulator.name === name)
    if (found === undefined) throw new Error(`bug: an interval for ${name}, which is no accumulator of the layout`)
    return found
  }
}
