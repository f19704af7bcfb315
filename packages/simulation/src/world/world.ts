/**
 * Everything that one run consists of: clients, pods, workers, the servers they talk to, and the time that they share.
 * The scheduler changes it step by step; invariants and promises read it.
 */
import type { Accumulator, HotStore, Layout } from '@weir/accumulator'
import type { Invariant } from '../invariants/invariant.ts'
import { shownCounts } from '../oracle/shown-counts.ts'
import { nameOfOp, type Op } from '../plan/op.ts'
import { START_US, type Workload } from '../plan/workload.ts'
import type { Servers } from '../servers/servers.ts'
import type { Arrival } from './arrivals.ts'
import { Background } from './background.ts'
import { ClientDesk } from './client-desk.ts'
import { Ledger } from './ledger.ts'
import { Network } from './network.ts'
import { Pod, type Surroundings } from './pod.ts'
import type { SimulatedProcess } from './process.ts'
import { RedisNode } from './redis-node.ts'
import { planRun, type RunPlan, type WorldOptions } from './run-plan.ts'
import { SimulatedDatabase } from './simulated-database.ts'
import { type ExecutedCall, SimulatedRedis } from './simulated-redis.ts'
import { type RoundListener, SyncProcess } from './sync-process.ts'
import { VirtualTime } from './virtual-time.ts'

export interface Violation {
  /** The invariant or promise that was broken. */
  readonly name: string
  readonly finding: string
}

const PODS = 2
const WORKERS = 2

export class World {
  readonly options: WorldOptions
  readonly plan: RunPlan
  readonly time = new VirtualTime(START_US)
  readonly network = new Network(this.time)
  readonly ledger = new Ledger()
  /** All that was ever taken by any Redis, also what was lost since. */
  readonly everArrived: Arrival[] = []
  readonly desks: readonly ClientDesk[]
  nodes: readonly RedisNode[] = []
  database!: SimulatedDatabase
  pods: readonly Pod[] = []
  workers: readonly SyncProcess[] = []
  invariants: readonly Invariant[] = []
  violation: Violation | undefined
  /** How often a Redis has lost something that it had acknowledged. */
  losses = 0
  /** Whether a row may have begun without what PostgreSQL knows of it, so that nobody knows its records. */
  wentWithoutSeeds = false
  readonly #background = new Background()
  readonly #starts = new Map<string, number>()
  #ids = 0

  static async open(options: WorldOptions, servers: Servers): Promise<World> {
    const world = new World(options)
    await world.#open(servers)
    return world
  }

  private constructor(options: WorldOptions) {
    this.options = options
    this.plan = planRun(options)
    const desk = {
      ledger: this.ledger,
      losses: () => this.losses,
      opsOf: (client: string) => this.workload.byClient.get(client) ?? [],
      onFault: (fault: string) => this.fail('answers are right', fault),
      onCounted: (ops: readonly Op[]) => this.#background.during(this.#counted(ops)),
    }
    this.desks = this.plan.clients.map((client) => new ClientDesk(client, desk))
  }

  get layout(): Layout {
    return this.plan.layout
  }

  get workload(): Workload {
    return this.plan.workload
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

  /** Everything that is begun runs until it waits. */
  settle(): Promise<void> {
    return this.#background.settle()
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

  async #open(servers: Servers): Promise<void> {
    const { faultClass } = this.options
    const { nodes, lanesMax } = this.plan
    this.database = await this.#openDatabase(servers)
    const places = Array.from({ length: nodes }, (_, index) => `redis-${index + 1}`)
    this.nodes = await Promise.all(places.map(async (name) => new RedisNode(await this.#openRedis(name, servers))))
    const surroundings = this.#surroundings()
    this.pods = Array.from({ length: PODS }, (_, index) => new Pod(`pod-${index + 1}`, surroundings, { lanesMax }))
    const listener = this.#roundListener()
    this.workers = Array.from(
      { length: WORKERS },
      (_, index) => new SyncProcess(`sync-${index + 1}`, surroundings, listener),
    )
    this.invariants = faultClass.invariants.map((invariantOf) => invariantOf(this))
  }

  async #onRedis(executed: ExecutedCall): Promise<void> {
    if (executed.method === 'apply') this.#noteSeeds(executed)
    for (const { name, onRedis } of this.invariants) {
      if (onRedis !== undefined) this.fail(name, await onRedis(executed))
    }
  }

  #roundListener(): RoundListener {
    return {
      begins: async (round) => {
        for (const { onRoundBegins } of this.invariants) await onRoundBegins?.(round)
      },
      ends: (round, report) =>
        this.#background.during(
          (async () => {
            for (const { name, onRoundEnds } of this.invariants) this.fail(name, await onRoundEnds?.(round, report))
          })(),
        ),
      rejected: (error) => this.fail('no bug', `a round was rejected: ${String(error)}`),
    }
  }

  #noteSeeds({ args, result }: ExecutedCall): void {
    const call = args[1] as Parameters<HotStore['apply']>[1]
    const isBlind = call.seeds.kind === 'unavailable' || call.openUnrestored
    if (isBlind && (result as { kind: string }).kind === 'applied') this.wentWithoutSeeds = true
  }

  async #counted(ops: readonly Op[]): Promise<void> {
    if (this.options.faultClass.writesThrough !== true) return
    const shown = await shownCounts(this)
    // A producer that asks for its mark is told what Redis has, and so gives up what a loss takes of it.
    const missing = ops.find((op) => !op.isBad && !shown.has(op) && !this.ledger.isAcknowledged(op))
    if (missing !== undefined)
      this.fail('acknowledged is in PostgreSQL', `${nameOfOp(missing)} is acknowledged, and PostgreSQL has it not`)
  }

  #openRedis(name: string, servers: Servers): Promise<SimulatedRedis> {
    const { canary } = this.options
    return SimulatedRedis.open(name, {
      open: (machine) =>
        servers.openRedis({
          layout: this.layout,
          machine,
          variantOf: (store, place) => canary?.hot?.(store, { ...place, world: this }) ?? store,
        }),
      time: this.time,
      workload: this.workload,
      everArrived: this.everArrived,
      appendFsync: this.plan.appendFsync,
      nextId: () => this.nextId(),
      onExecuted: (executed) => this.#onRedis(executed),
    })
  }

  async #openDatabase(servers: Servers): Promise<SimulatedDatabase> {
    const { canary } = this.options
    return new SimulatedDatabase({
      server: await servers.openDatabase(this.layout),
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
