/** One symbol's price: a random walk in cents that mostly stays, mostly moves by one step, and stays within bounds. */
import type { RandomIntegers } from './random-integers.ts'

export interface PriceWalk {
  priceCents: number
  readonly stepCents: number
  readonly minCents: number
  readonly maxCents: number
}

const START_MIN_CENTS = 500
const START_MAX_CENTS = 50_000
/** A step is a cent for each 100 dollars begun, so that dear symbols move about as much, in parts, as cheap ones. */
const CENTS_A_STEP = 10_000
/** The walk is kept between a quarter and four times its start: no price reaches zero, none leaves its scale. */
const BOUND_FACTOR = 4
/** Of 1000 ticks 850 repeat the price (84.8 % in a real day of four US shares), 144 move a step, 6 two to five. */
const STEPS_PER_MILLE = { stay: 850, one: 994 }
const STEPS_MAX = 5

export function createPriceWalk(random: RandomIntegers): PriceWalk {
  const startCents = random.between(START_MIN_CENTS, START_MAX_CENTS)
  return {
    priceCents: startCents,
    stepCents: Math.floor(startCents / CENTS_A_STEP) + 1,
    minCents: Math.floor(startCents / BOUND_FACTOR),
    maxCents: startCents * BOUND_FACTOR,
  }
}

/** Moves the walk by one tick and gives the new price in cents. */
export function stepPrice(walk: PriceWalk, random: RandomIntegers): number {
  const draw = random.below(1000)
  if (draw < STEPS_PER_MILLE.stay) return walk.priceCents
  const steps = draw < STEPS_PER_MILLE.one ? 1 : random.between(2, STEPS_MAX)
  const moveCents = steps * walk.stepCents * (random.below(2) === 0 ? -1 : 1)
  const movedCents = walk.priceCents + moveCents
  // At a bound the move goes the other way.
  walk.priceCents = movedCents < walk.minCents || movedCents > walk.maxCents ? walk.priceCents - moveCents : movedCents
  return walk.priceCents
}

/** Decimal text with two digits: 16741 is `167.41`. */
export function formatCents(cents: number): string {
  const whole = Math.floor(cents / 100)
  const rest = cents % 100
  return `${whole}.${rest < 10 ? '0' : ''}${rest}`
}
