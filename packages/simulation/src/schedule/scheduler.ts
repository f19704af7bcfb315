/** Chooses what happens next, by the seed: which faults a run has at all, how often, and to whom. */
import { type SeededRandom, seededRandom } from '@weir/testkit'
import type { Action } from '../action.ts'
import type { FaultClass } from '../fault-class.ts'
import { everyday } from '../faults/everyday.ts'
import type { World } from '../world/world.ts'
import type { Step } from './step.ts'

const STEPS_MIN = 60
const STEPS_MAX = 500
/** So often another action is tried when the one that was drawn cannot happen. */
const DRAWS_MAX = 12
/** Of the faults of a class, a run has some, each as often as it comes: runs with few find what runs with all hide. */
const FACTORS = [0, 0, 0.3, 1, 3]
/** All faults of a run together, beside what happens by itself: with many, nothing ever gets done. */
const INTENSITIES = [0.015, 0.04, 0.08, 0.16]
/** Of faults that happen alongside those that a class is about. */
const ALONGSIDE_INTENSITIES = [0, 0.02, 0.06, 0.15]
/** Runs differ in their pace too: many rounds and few ticks, long waits for answers, and the other way round. */
const PACES = [0.3, 1, 1, 3]

interface Weighted {
  readonly action: Action
  readonly weight: number
}

export class Scheduler {
  readonly #random: SeededRandom
  readonly #actions: readonly Weighted[]
  readonly #weight: number
  readonly stepsMax: number

  constructor(seed: number, { faults, alongside, intensities = INTENSITIES }: FaultClass) {
    this.#random = seededRandom(seed)
    this.stepsMax = this.#random.integer(STEPS_MIN, STEPS_MAX)
    const all = [...faults, ...alongside]
    const usual = [
      ...everyday.map((action) => ({ action, weight: action.weight * this.#random.pick(PACES) })),
      ...all.filter(({ isRelief }) => isRelief).map(asItIs),
    ]
    const own = this.#someOf(faults, this.#random.pick(intensities) * sumOf(usual))
    const others = this.#someOf(alongside, this.#random.pick(ALONGSIDE_INTENSITIES) * sumOf(usual))
    this.#actions = [...usual, ...own, ...others]
    this.#weight = sumOf(this.#actions)
  }

  /** Undefined where nothing can happen any more. */
  next(world: World): Step | undefined {
    for (let draw = 0; draw < DRAWS_MAX; draw++) {
      const action = this.#draw()
      const targets = action.targets(world)
      if (targets.length === 0) continue
      return { afterUs: this.#pause(), action: action.name, target: this.#random.pick(targets) }
    }
    return undefined
  }

  #someOf(faults: readonly Action[], weight: number): Weighted[] {
    const some = faults
      .filter(({ isRelief }) => !isRelief)
      .map((action) => ({ action, weight: action.weight * this.#random.pick(FACTORS) }))
    const scale = weight / Math.max(1, sumOf(some))
    return some.map((weighted) => ({ ...weighted, weight: weighted.weight * scale }))
  }

  #draw(): Action {
    let rest = this.#random.fraction() * this.#weight
    for (const { action, weight } of this.#actions) {
      rest -= weight
      if (rest < 0) return action
    }
    return (this.#actions[0] as { action: Action }).action
  }

  /** Often nothing at all, so that things happen at the same µs. */
  #pause(): number {
    const drawn = this.#random.fraction()
    if (drawn < 0.45) return 0
    if (drawn < 0.5) return 1
    return drawn < 0.95 ? 1000 : 300_000
  }
}

function asItIs(action: Action): Weighted {
  return { action, weight: action.weight }
}

function sumOf(actions: readonly Weighted[]): number {
  return actions.reduce((sum, { weight }) => sum + weight, 0)
}
