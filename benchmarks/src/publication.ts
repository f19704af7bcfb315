/**
 * Everything that was measured, step by step: what is kept as JSON, and what the pages are made of. A step may be of another
 * commit than the rest, since it can be run again alone; its record says so.
 */
import type { MicroReport } from './micro/micro-process.ts'
import type { VariantResult } from './run/rounds.ts'
import type { AcknowledgeLatency } from './scenarios/acknowledge-latency.ts'
import type { Reduction } from './scenarios/distinct-symbols.ts'
import type { Drain } from './scenarios/drain.ts'
import type { Profile } from './scenarios/profiles.ts'
import type { ReferenceLoad } from './scenarios/reference-load.ts'
import type { Soak } from './scenarios/soak.ts'
import type { MachineFacts } from './servers/machine-facts.ts'
import type { StepName } from './step-names.ts'

export interface Publication {
  /** Of the last run that added to it. */
  readonly machine: MachineFacts
  readonly steps: Partial<Readonly<Record<StepName, StepRecord>>>
}

export interface StepRecord {
  readonly commit: string
  readonly startedAt: string
  readonly seconds: number
  /** Cores that others kept busy just before it, the benchmark's own processes waiting. */
  readonly busyCoresBefore: number
  /** Not the whole step at its full scale: its figures are not for publication. */
  readonly isPartial: boolean
  /** Why it did not come to its end. */
  readonly failure?: string
  readonly figures: StepFigures
}

/** Each step gives those that it measures. */
export interface StepFigures {
  /** After the one that warms up. */
  readonly rounds?: number
  readonly contenders?: readonly VariantResult[]
  readonly growth?: readonly VariantResult[]
  readonly micro?: MicroReport
  /** One for each number of symbols. */
  readonly drains?: readonly Drain[]
  /** Rows a second of each drain of the largest number, and in turn with it what `pg` alone writes of the same rows. */
  readonly syncRates?: readonly number[]
  readonly bareUpserts?: readonly number[]
  /** The largest once more, while a pod took ticks. */
  readonly probedDrain?: Drain
  readonly acknowledge?: AcknowledgeLatency
  readonly references?: readonly ReferenceLoad[]
  readonly reductions?: readonly Reduction[]
  readonly profiles?: readonly Profile[]
  readonly soak?: Soak
}

/** What the pages read: the figures of all steps side by side. */
export interface Figures extends StepFigures, Publication {
  readonly contenders: readonly VariantResult[]
}

export function figuresOf(publication: Publication): Figures {
  const parts = Object.values(publication.steps).map(({ figures }) => figures)
  return Object.assign({ contenders: [] }, ...parts, publication) as Figures
}
