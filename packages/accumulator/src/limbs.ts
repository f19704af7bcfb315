/**
 * Exact integers as pairs of doubles. Lua has only doubles, which are exact to 2^53, so Weir carries every number as two
 * limbs in base 2^48, from the fold in the pod to the merge in Redis: `high * 2^48 + low`, low always in [0, 2^48).
 *
 * - int64: high in [-2^15, 2^15), for counts, prices, volumes and times; 8 bytes, big-endian two's complement.
 * - uint96: high in [0, 2^48), for sums of products (notional); 12 bytes, big-endian.
 */

export const LIMB = 2 ** 48
export const INT64_HIGH_MAX = 2 ** 15 - 1
export const INT64_HIGH_MIN = -(2 ** 15)
export const UINT96_HIGH_MAX = LIMB - 1

const LIMB_BIGINT = 1n << 48n
const LOW_MASK = LIMB_BIGINT - 1n

export function limbsToBigInt(high: number, low: number): bigint {
  return BigInt(high) * LIMB_BIGINT + BigInt(low)
}

export function highLimb(value: bigint): number {
  return Number(value >> 48n)
}

export function lowLimb(value: bigint): number {
  return Number(value & LOW_MASK)
}

/** Negative, zero or positive as a is below, equal to or above b. */
export function compareLimbs(aHigh: number, aLow: number, bHigh: number, bLow: number): number {
  return aHigh === bHigh ? aLow - bLow : aHigh - bHigh
}
