/** Which steps a run takes, and how long that should be. */

import { growthVariants } from './growth-plan.ts'
import type { Options } from './options.ts'
import { plannedVariants } from './plan.ts'
import type { Publication } from './publication.ts'
import type { Variant } from './run/variant.ts'
import type { Scale } from './scale.ts'
import { CHANGED } from './servers/machine-facts.ts'
import type { StepName } from './step-names.ts'

/** A step that is there already, whole, of the same commit, is left out where the run is resumed. */
export function plannedSteps(
  { steps, resume }: Pick<Options, 'steps' | 'resume'>,
  earlier: Publication | undefined,
  commit: string,
): readonly StepName[] {
  // What the changes were is not known any more.
  if (!resume || commit.endsWith(CHANGED)) return steps
  return steps.filter((name) => {
    const there = earlier?.steps[name]
    return there === undefined || there.commit !== commit || there.isPartial || there.failure !== undefined
  })
}

export function isVariantWanted(only: readonly string[], { id, contender }: Variant): boolean {
  return only.length === 0 || only.includes(id) || only.includes(contender)
}

/** What a run takes beside the time in which it is fed: Redis is emptied before it, its rows are counted after it. */
const RUN_OVERHEAD_SECONDS = 0.6
/** A process begins, makes its ticks and brings them into its form; its first run follows. */
const START_SECONDS = 4
const REFERENCE_START_SECONDS = 4

/** In seconds, as it was on two cores; so that one knows when to come back, no promise. */
export function estimateSeconds(step: StepName, scale: Scale, only: readonly string[] = []): number {
  const roundsOf = (variants: readonly Variant[], rounds: number) =>
    variants.length * (START_SECONDS + rounds * (scale.secondsMax + RUN_OVERHEAD_SECONDS))
  const { latency } = scale
  switch (step) {
    case 'contenders':
      return roundsOf(
        plannedVariants(scale).filter((variant) => isVariantWanted(only, variant)),
        scale.rounds,
      )
    case 'growth':
      return roundsOf(growthVariants(scale), scale.growthRounds)
    case 'micro':
      return 60
    case 'drain':
      return 240
    case 'latency': {
      const each = latency.peakSeconds * 2 + latency.shares.length * latency.secondsEach
      return latency.requestTicks.length * each + latency.secondsAtHalf
    }
    case 'reference':
      return scale.references.reduce(
        (sum, { intervalSeconds, intervals }) => sum + intervalSeconds * (intervals + 2) + REFERENCE_START_SECONDS,
        0,
      )
    case 'profile':
      return 60
    case 'soak':
      return scale.soakSeconds + REFERENCE_START_SECONDS
  }
}
