/**
 * Seeded random integers: xoshiro128** (Blackman and Vigna), seeded by splitmix32. Only 32-bit integer operations and
 * multiplication of doubles below 2^53, so that a seed gives the same numbers on every machine and in every engine.
 */
import assert from 'node:assert/strict'

const UINT32 = 2 ** 32
/** Up to this, a 32-bit number times the bound stays below 2^53 and is exact. */
const BOUND_MAX = 2 ** 21

export class RandomIntegers {
  readonly #state: Uint32Array

  /** The seed is an integer from 0 to 2^53 - 1. */
  constructor(seed: number) {
    assert(Number.isSafeInteger(seed) && seed >= 0, `a seed is an integer from 0 to 2^53 - 1, not ${seed}`)
    const next = splitmix32(seed % UINT32)
    // The high half of a seed above 2^32 is stirred in, so that all of its digits count.
    const high = Math.floor(seed / UINT32)
    this.#state = Uint32Array.from([next(), next() ^ high, next(), next() | 1])
  }

  /** Uniform from 0 to 2^32 - 1. */
  uint32(): number {
    const state = this.#state
    const [a = 0, b = 0, c = 0, d = 0] = state
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const mixedC = c ^ a
    const mixedD = d ^ b
    state[0] = a ^ mixedD
    state[1] = b ^ mixedC
    state[2] = mixedC ^ (b << 9)
    state[3] = rotate(mixedD, 11)
    return result
  }

  /** From 0 to bound - 1; a number is at most one part in 2^11 likelier than another. */
  below(bound: number): number {
    assert(Number.isInteger(bound) && bound > 0 && bound <= BOUND_MAX, `a bound is from 1 to 2^21, not ${bound}`)
    return Math.floor((this.uint32() * bound) / UINT32)
  }

  /** From min to max, both included. */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1)
  }

  /** True in `parts` of a million cases. */
  chance(partsPerMillion: number): boolean {
    return this.below(1_000_000) < partsPerMillion
  }
}

function splitmix32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return (mixed ^ (mixed >>> 16)) >>> 0
  }
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}
