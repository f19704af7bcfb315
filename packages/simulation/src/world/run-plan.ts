/** What a run is, as its seed says, before anything happens in it. */
import type { Layout } from '@weir/accumulator'
import { seededRandom } from '@weir/testkit'
import type { Canary } from '../canaries/canary.ts'
import type { Client } from '../clients/client.ts'
import { createClients } from '../clients/create-clients.ts'
import type { FaultClass } from '../fault-class.ts'
import { allAccumulators, oneAccumulator, twoAccumulators } from '../plan/accumulators.ts'
import type { Workload } from '../plan/workload.ts'
import type { AppendFsync } from './disk.ts'

export interface WorldOptions {
  readonly seed: number
  readonly faultClass: FaultClass
  /** A known-wrong variant in place of the real thing. */
  readonly canary?: Canary | undefined
  /** Only these clients take part: a shortened run. */
  readonly clients?: readonly string[] | undefined
  /** No run is mixed: as they all were when some seeds were found. */
  readonly ticksOnly?: boolean | undefined
}

/** Of runs that have events of all kinds, and accumulators for each. */
const MIXED_CHANCE = 0.5

export interface RunPlan {
  readonly layout: Layout
  readonly appendFsync: AppendFsync
  readonly workload: Workload
  readonly clients: readonly Client[]
  /** Redis nodes, of which each has some of the shards. */
  readonly nodes: number
  /** Calls that a pod has in flight to a shard. */
  readonly lanesMax: number
}

export function planRun({ seed, faultClass, clients: taking, ticksOnly = false }: WorldOptions): RunPlan {
  const isMixed = !ticksOnly && seededRandom(seed ^ 0xa11).chance(MIXED_CHANCE)
  const random = seededRandom(seed ^ 0x5eed)
  const fewAccumulators = random.chance(0.5) ? twoAccumulators : oneAccumulator
  const appendFsync = random.pick(faultClass.appendFsync)
  const { clients, workload } = createClients(random.integer(0, 2 ** 31), {
    mayGoBack: faultClass.mayLose,
    isMixed,
  })
  const nodes = faultClass.nodesMax > 1 && random.chance(0.3) ? faultClass.nodesMax : 1
  const lanesMax = random.integer(1, 2)
  return {
    layout: isMixed ? allAccumulators : fewAccumulators,
    appendFsync,
    workload,
    clients: clients.filter(({ name }) => taking?.includes(name) ?? true),
    nodes,
    lanesMax,
  }
}
