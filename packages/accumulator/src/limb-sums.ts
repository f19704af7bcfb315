/** Addition in place on the limbs of a row's slots; false, with nothing changed, where the sum leaves its range. */
import { INT64_HIGH_MAX, LIMB, UINT96_HIGH_MAX } from './limbs.ts'

export function addInt64(slots: Float64Array, slot: number, high: number, low: number): boolean {
  return addLimbs(slots, slot, high, low, INT64_HIGH_MAX)
}

export function addUint96(slots: Float64Array, slot: number, high: number, low: number): boolean {
  return addLimbs(slots, slot, high, low, UINT96_HIGH_MAX)
}

function addLimbs(slots: Float64Array, slot: number, high: number, low: number, highMax: number): boolean {
  let sumLow = (slots[slot + 1] as number) + low
  let sumHigh = (slots[slot] as number) + high
  if (sumLow >= LIMB) {
    sumLow -= LIMB
    sumHigh += 1
  }
  if (sumHigh > highMax) return false
  slots[slot] = sumHigh
  slots[slot + 1] = sumLow
  return true
}
