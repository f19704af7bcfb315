/** Chooses what happens next, by the seed: which faults a run has at all, how often, and to whom. */
import { type SeededRandom, seededRandom } from '@weir/testkit'
import type { Action } from '../action.ts'
import { everyday } from '../faults/everyday.ts'
import type { World } from '../world/world.ts'
import type { Step } from './step.ts'

const STEPS_MIN = 60
const STEPS_MAX = 420
/** So often another action is tried when the one that was drawn cannot happen. */
const DRAWS_MAX = 12
/** Of the faults of a class, a run has some, each as often as it comes: runs with one fault find what runs with all hide. */
const FACTORS = [0, 0.3, 1, 1, 3]

export class Scheduler {
  readonly #random: SeededRandom
  readonly #actions: readonly { readonly action: Action; readonly weight: number }[]
  readonly #weight: number
  readonly stepsMax: number

  constructor(seed: number, faults: readonly Action[]) {
    this.#random = seededRandom(seed)
    this.stepsMax = this.#random.integer(STEPS_MIN, STEPS_MAX)
    this.#actions = [
      ...everyday.map((action) => ({ action, weight: action.weight })),
      ...faults.map((action) => ({ action, weight: action.weight * this.#random.pick(FACTORS) })),
    ]
    this.#weight = this.#actions.reduce((sum, { weight }) => sum + weight, 0)
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
