/**
 * Which symbol trades next: few trade most, as in every market. The symbol of rank r has the weight 1/r: Zipf's law with
 * exponent 1, which needs no power function. Those may differ between engines in their last digit; divisions do not.
 */
import type { RandomIntegers } from './random-integers.ts'

const UINT32 = 2 ** 32

/** Gives ranks from 0 to count - 1. */
export function zipfRanks(count: number): (random: RandomIntegers) => number {
  const upperBounds = zipfUpperBounds(count)
  return (random) => firstAbove(upperBounds, random.uint32())
}

/** For each rank the first 32-bit number that is no longer its own. */
function zipfUpperBounds(count: number): Float64Array {
  const sums = new Float64Array(count)
  let total = 0
  for (let rank = 0; rank < count; rank += 1) {
    total += 1 / (rank + 1)
    sums[rank] = total
  }
  const bounds = sums.map((sum) => Math.floor((sum / total) * UINT32))
  bounds[count - 1] = UINT32
  return bounds
}

function firstAbove(bounds: Float64Array, value: number): number {
  let low = 0
  let high = bounds.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((bounds[middle] ?? 0) > value) high = middle
    else low = middle + 1
  }
  return low
}
