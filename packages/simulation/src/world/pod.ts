/** An ingest pod: the real ingestion in a simulated process. */
import type { Layout } from '@weir/accumulator'
import { createIngest, type Ingest, type IngestLimits, ingestLimits } from '@weir/ingest'
import { createLogger } from '@weir/service'
import { syncLimits, WriteThrough } from '@weir/sync'
import type { CallTarget } from './call.ts'
import type { Network } from './network.ts'
import { databasePort, redisPort, type ServerOf } from './ports.ts'
import { SimulatedProcess } from './process.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface Surroundings {
  readonly time: VirtualTime
  readonly network: Network
  readonly layout: Layout
  readonly serverOf: ServerOf
  readonly database: CallTarget
  /** A seed for each process that is started. */
  readonly seedOf: (name: string) => number
  readonly writesThrough: boolean
}

/** Small, so that groups, waits and abandoned lanes come up in short runs. */
const POD_LIMITS: Partial<IngestLimits> = { depthIntervalMs: 600_000, retryBaseMs: 100, callSegmentsMax: 3 }

/** So that the rows of one request go in several snapshots. */
const THROUGH_LIMITS = { batchRowsMax: 2, snapshotsInFlightMax: 2 }

const silentLog = createLogger({ name: 'simulation', level: 'silent' })

export class Pod {
  readonly name: string
  readonly #surroundings: Surroundings
  readonly #limits: Partial<IngestLimits>
  process: SimulatedProcess
  ingest: Ingest

  constructor(name: string, surroundings: Surroundings, limits: Partial<IngestLimits>) {
    this.name = name
    this.#surroundings = surroundings
    this.#limits = limits
    this.process = this.#newProcess()
    this.ingest = this.#newIngest()
  }

  /** A new process in its place, which knows nothing of the one before. */
  startAnew(): void {
    const { side } = this.process
    this.process.die()
    this.process = this.#newProcess()
    this.process.side = side
    this.ingest = this.#newIngest()
  }

  #newProcess(): SimulatedProcess {
    const { time, seedOf } = this.#surroundings
    return new SimulatedProcess(this.name, time, seedOf(this.name))
  }

  #newIngest(): Ingest {
    const { network, serverOf, database, layout, writesThrough } = this.#surroundings
    const { process } = this
    const hot = redisPort(network, process, serverOf)
    const cold = databasePort(network, process, database)
    const { clock } = process
    const through = new WriteThrough({ hot, cold, clock, limits: syncLimits(THROUGH_LIMITS), check: async () => {} })
    const ingest = createIngest({
      hot,
      cold,
      writeThrough: writesThrough ? (touched) => through.write(touched) : undefined,
      layout,
      clock: process.clock,
      random: process.random,
      log: silentLog,
      limits: ingestLimits({ ...POD_LIMITS, ...this.#limits }),
    })
    void ingest.start()
    return ingest
  }
}
