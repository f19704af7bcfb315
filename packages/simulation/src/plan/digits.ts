/** Base 4, to tell which ticks a sum holds, and how often each. */

const LOW_DIGITS = 24

/** Digit i is how often tick i is in the sum; trailing zeros are left out. A value below zero or a digit of 4 cannot come up. */
export function digitsOf(sum: bigint): number[] {
  const digits: number[] = []
  for (let rest = sum; rest > 0n; rest >>= 2n) digits.push(Number(rest & 3n))
  return digits
}

/** The digits that are set, of limbs as a row's slots hold them: faster than `digitsOf`, for what is asked often. */
export function digitsSet(high: number, low: number): number[] {
  const set: number[] = []
  for (let digit = 0, rest = low; rest > 0; digit++, rest = Math.floor(rest / 4)) if (rest % 4 > 0) set.push(digit)
  for (let digit = LOW_DIGITS, rest = high; rest > 0; digit++, rest = Math.floor(rest / 4))
    if (rest % 4 > 0) set.push(digit)
  return set
}
