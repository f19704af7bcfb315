/** A sync worker: the real rounds in a simulated process. BullMQ is only the clock, so here the scheduler is it. */
import type { Accumulator } from '@weir/accumulator'
import {
  type AccumulatorReport,
  type AccumulatorSyncDeps,
  CoverageKeeper,
  LandedUpdates,
  type SyncLimits,
  syncAccumulator,
  syncLimits,
} from '@weir/sync'
import type { Surroundings } from './pod.ts'
import { databasePort, redisPort } from './ports.ts'
import { SimulatedProcess } from './process.ts'

/** Small, so that a round takes several snapshots, some of them waiting together. */
const WORKER_LIMITS: Partial<SyncLimits> = { batchRowsMax: 2, snapshotsInFlightMax: 2, quarantineRetryMinMs: 1000 }

/** One round of one accumulator over all shards. */
export interface Round {
  readonly worker: SyncProcess
  readonly process: SimulatedProcess
  readonly accumulator: Accumulator
}

export interface RoundListener {
  begins(round: Round): Promise<void>
  ends(round: Round, report: AccumulatorReport): Promise<void>
  /** A round was rejected, which is a bug: what a store refuses is in its report. */
  rejected(error: unknown): void
}

export class SyncProcess {
  readonly name: string
  readonly #surroundings: Surroundings
  readonly #listener: RoundListener
  /** Of which accumulators a round runs. */
  readonly running = new Set<string>()
  process: SimulatedProcess
  deps: AccumulatorSyncDeps

  constructor(name: string, surroundings: Surroundings, listener: RoundListener) {
    this.name = name
    this.#surroundings = surroundings
    this.#listener = listener
    this.process = this.#newProcess()
    this.deps = this.#newDeps()
  }

  startAnew(): void {
    const { side } = this.process
    this.process.die()
    this.running.clear()
    this.process = this.#newProcess()
    this.process.side = side
    this.deps = this.#newDeps()
  }

  /** The round goes on by itself, call by call. */
  async beginRound(accumulator: Accumulator, { retriesAll = false } = {}): Promise<void> {
    const round = { worker: this, process: this.process, accumulator }
    this.running.add(accumulator.name)
    await this.#listener.begins(round)
    this.#run(round, retriesAll).catch((error: unknown) => this.#listener.rejected(error))
  }

  async #run(round: Round, retriesAll: boolean): Promise<void> {
    const report = await syncAccumulator(this.deps, round.accumulator, { retriesAll })
    // Only a round of the living process ends: a dead one never gets here.
    this.running.delete(round.accumulator.name)
    await this.#listener.ends(round, report)
  }

  #newProcess(): SimulatedProcess {
    const { time, seedOf } = this.#surroundings
    return new SimulatedProcess(this.name, time, seedOf(this.name))
  }

  #newDeps(): AccumulatorSyncDeps {
    const { network, serverOf, database, layout } = this.#surroundings
    const limits = syncLimits(WORKER_LIMITS)
    const hot = redisPort(network, this.process, serverOf)
    const cold = databasePort(network, this.process, database)
    const { shards, accumulators } = layout
    const coverages = new CoverageKeeper({ hot, cold, limits, accumulators })
    return { hot, cold, clock: this.process.clock, limits, shards, coverages, landed: new LandedUpdates(cold) }
  }
}
