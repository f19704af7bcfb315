/** Everything that one run has measured: what is kept as JSON, and what the pages are made of. A part that was not run is missing. */
import type { MicroReport } from './micro/micro-process.ts'
import type { VariantResult } from './run/rounds.ts'
import type { AcknowledgeLatency } from './scenarios/acknowledge-latency.ts'
import type { Reduction } from './scenarios/distinct-symbols.ts'
import type { Drain } from './scenarios/drain.ts'
import type { Profile } from './scenarios/profiles.ts'
import type { ReferenceLoad } from './scenarios/reference-load.ts'
import type { Soak } from './scenarios/soak.ts'
import type { MachineFacts } from './servers/machine-facts.ts'

export interface Publication {
  readonly machine: MachineFacts
  readonly rounds: number
  readonly contenders: readonly VariantResult[]
  readonly micro?: MicroReport
  readonly drains?: readonly Drain[]
  /** Rows a second that `pg` alone writes of the rows of the largest drain, a figure a run. */
  readonly bareUpserts?: readonly number[]
  readonly acknowledge?: AcknowledgeLatency
  readonly references?: readonly ReferenceLoad[]
  readonly reductions?: readonly Reduction[]
  readonly profiles?: readonly Profile[]
  /** Steps that did not come to their end. */
  readonly failures?: readonly { readonly step: string; readonly message: string }[]
  /** Runs by itself, so it has a machine and a commit of its own. */
  readonly soak?: { readonly machine: MachineFacts; readonly figures: Soak }
}

export type Part = Partial<Omit<Publication, 'machine' | 'rounds' | 'failures' | 'soak'>>
