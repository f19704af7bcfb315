/**
 * Everything that one run consists of: clients, pods, workers, the servers they talk to, and the time that they share.
 * The scheduler changes it step by step; invariants and promises read it.
 */
import type { Accumulator, HotStore, Layout } from '@weir/accumulator'
import { MemoryColdStore, type MemoryHotStore, seededRandom } from '@weir/testkit'
import type { Canary } from '../canaries/canary.ts'
import { createClients } from '../clients/create-clients.ts'
import type { FaultClass } from '../fault-class.ts'
import type { Invariant } from '../invariants/invariant.ts'
import { shownOps } from '../invariants/marks-are-covered.ts'
import { oneAccumulator, twoAccumulators } from '../plan/accumulators.ts'
import { nameOfOp, type Op } from '../plan/op.ts'
import { START_US, type Workload } from '../plan/workload.ts'
import type { Arrival } from './arrivals.ts'
import { ClientDesk } from './client-desk.ts'
import type { AppendFsync } from './disk.ts'
import { Ledger } from './ledger.ts'
import { Network } from './network.ts'
import { Pod, type Surroundings } from './pod.ts'
import type { SimulatedProcess } from './process.ts'
import { RedisNode } from './redis-node.ts'
import { SimulatedDatabase } from './simulated-database.ts'
import { type ExecutedCall, type RedisOptions, SimulatedRedis } from './simulated-redis.ts'
import { type RoundListener, SyncProcess } from './sync-process.ts'
import { VirtualTime } from './virtual-time.ts'

export interface WorldOptions {
  readonly seed: number
  readonly faultClass: FaultClass
  /** A known-wrong variant in place of the real thing. */
  readonly canary?: Canary | undefined
  /** Only these clients take part: a shortened run. */
  readonly clients?: readonly string[] | undefined
}

export interface Violation {
  /** The invariant or promise that was broken. */
  readonly name: string
  readonly finding: string
}

const PODS = 2
const WORKERS = 2

export class World {
  readonly options: WorldOptions
  readonly time = new VirtualTime(START_US)
  readonly network = new Network(this.time)
  readonly layout: Layout
  readonly workload: Workload
  readonly ledger = new Ledger()
  /** All that was ever taken by any Redis, also what was lost since. */
  readonly everArrived: Arrival[] = []
  readonly nodes: readonly RedisNode[]
  readonly database: SimulatedDatabase
  readonly pods: readonly Pod[]
  readonly workers: readonly SyncProcess[]
  readonly desks: readonly ClientDesk[]
  readonly appendFsync: AppendFsync
  readonly invariants: readonly Invariant[]
  violation: Violation | undefined
  /** How often a Redis has lost something that it had acknowledged. */
  losses = 0
  /** Whether a row may have begun without what PostgreSQL knows of it, so that nobody knows its records. */
  wentWithoutSeeds = false
  #ids = 0
  readonly #starts = new Map<string, number>()

  constructor(options: WorldOptions) {
    this.options = options
    const { seed, faultClass, clients } = options
    const random = seededRandom(seed ^ 0x5eed)
    this.layout = random.chance(0.5) ? twoAccumulators : oneAccumulator
    this.appendFsync = random.pick(faultClass.appendFsync)
    const crowd = createClients(random.integer(0, 2 ** 31), { mayGoBack: faultClass.mayLose })
    this.workload = crowd.workload
    this.database = this.#newDatabase()
    const nodes = faultClass.nodesMax > 1 && random.chance(0.3) ? faultClass.nodesMax : 1
    this.nodes = Array.from({ length: nodes }, (_, index) => new RedisNode(this.#newRedis(`redis-${index + 1}`)))
    const surroundings = this.#surroundings()
    const limits = { lanesMax: random.integer(1, 2) }
    this.pods = Array.from({ length: PODS }, (_, index) => new Pod(`pod-${index + 1}`, surroundings, limits))
    const listener = this.#roundListener()
    this.workers = Array.from(
      { length: WORKERS },
      (_, index) => new SyncProcess(`sync-${index + 1}`, surroundings, listener),
    )
    const taking = crowd.clients.filter(({ name }) => clients?.includes(name) ?? true)
    const desk = {
      ledger: this.ledger,
      losses: () => this.losses,
      opsOf: (client: string) => this.workload.byClient.get(client) ?? [],
      onFault: (fault: string) => this.fail('answers are right', fault),
      onCounted: (ops: readonly Op[]) => this.#counted(ops),
    }
    this.desks = taking.map((client) => new ClientDesk(client, desk))
    this.invariants = faultClass.invariants.map((invariantOf) => invariantOf(this))
  }

  get processes(): SimulatedProcess[] {
    return [...this.pods, ...this.workers].map(({ process }) => process)
  }

  get accumulators(): readonly Accumulator[] {
    return this.layout.accumulators
  }

  nodeOf(shard: number): RedisNode {
    return this.nodes[shard % this.nodes.length] as RedisNode
  }

  /** The first violation counts: what follows from it may be anything. */
  fail(name: string, finding: string | undefined): void {
    if (finding !== undefined) this.violation ??= { name, finding }
  }

  /** Of one that takes the place of another. */
  nextServerName({ name }: SimulatedRedis): string {
    const [kind, place, generation = '0'] = name.split('-')
    return `${kind}-${place}-${Number(generation) + 1}`
  }

  nextId(): number {
    this.#ids += 1
    return this.#ids
  }

  async #onRedis(executed: ExecutedCall): Promise<void> {
    if (executed.method === 'apply') this.#noteSeeds(executed)
    for (const { name, onRedis } of this.invariants) {
      if (onRedis !== undefined) this.fail(name, await onRedis(executed))
    }
  }

  #roundListener(): RoundListener {
    return {
      begins: (round) => {
        for (const { onRoundBegins } of this.invariants) onRoundBegins?.(round)
      },
      ends: async (round, report) => {
        for (const { name, onRoundEnds } of this.invariants) this.fail(name, await onRoundEnds?.(round, report))
      },
    }
  }

  #noteSeeds({ args, result }: ExecutedCall): void {
    const call = args[1] as Parameters<HotStore['apply']>[1]
    const isBlind = call.seeds.kind === 'unavailable' || call.openUnrestored
    if (isBlind && (result as { kind: string }).kind === 'applied') this.wentWithoutSeeds = true
  }

  async #counted(ops: readonly Op[]): Promise<void> {
    if (this.options.faultClass.writesThrough !== true) return
    const shown = await shownOps(this)
    // A producer that asks for its mark is told what Redis has, and so gives up what a loss takes of it.
    const missing = ops.find((op) => !op.isBad && !shown.has(op) && !this.ledger.isAcknowledged(op))
    if (missing !== undefined)
      this.fail('acknowledged is in PostgreSQL', `${nameOfOp(missing)} is acknowledged, and PostgreSQL has it not`)
  }

  #newRedis(name: string): SimulatedRedis {
    const { canary } = this.options
    const options: RedisOptions = {
      layout: this.layout,
      time: this.time,
      workload: this.workload,
      everArrived: this.everArrived,
      appendFsync: this.appendFsync,
      nextId: () => this.nextId(),
      variantOf: (store: MemoryHotStore, server) => canary?.hot?.(store, { server, world: this }) ?? store,
      onExecuted: (executed) => this.#onRedis(executed),
    }
    return new SimulatedRedis(name, options)
  }

  #newDatabase(): SimulatedDatabase {
    const { canary } = this.options
    return new SimulatedDatabase({
      newStore: () => new MemoryColdStore(this.layout.accumulators),
      variantOf: (store) => canary?.cold?.(store) ?? store,
      onExecuted: async (executed) => {
        for (const { name, onPostgres } of this.invariants) {
          if (onPostgres !== undefined) this.fail(name, await onPostgres(executed))
        }
      },
    })
  }

  #surroundings(): Surroundings {
    const { time, network, layout, database } = this
    return {
      time,
      network,
      layout,
      database,
      serverOf: (sender, shard) => this.nodeOf(shard).serverFor(sender),
      seedOf: (name) => this.#seedOf(name),
      writesThrough: this.options.faultClass.writesThrough === true,
    }
  }

  /** Of a process that is started: another at each start, and the same whatever else has happened in the run. */
  #seedOf(name: string): number {
    const start = (this.#starts.get(name) ?? 0) + 1
    this.#starts.set(name, start)
    return (
      Array.from(`${name} ${start}`).reduce(
        (hash, letter) => Math.imul(hash, 31) + letter.charCodeAt(0),
        this.options.seed,
      ) >>> 0
    )
  }
}
