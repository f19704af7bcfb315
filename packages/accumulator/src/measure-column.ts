/**
 * A column of integers to int64. Nearly all lie below 2^53, where a double is exact; the others are kept beside, in full.
 */
import { LIMB } from './limbs.ts'

export class MeasureColumn {
  /** By index; valid below the count of the batch. Rounded where `exact` has the value. */
  values: Float64Array
  readonly exact = new Map<number, bigint>()

  constructor(values: Float64Array) {
    this.values = values
  }

  set(index: number, value: number | bigint): void {
    this.values[index] = Number(value)
    if (typeof value === 'bigint' && !Number.isSafeInteger(Number(value))) this.exact.set(index, value)
  }

  at(index: number): bigint {
    return this.exact.get(index) ?? BigInt(this.values[index] as number)
  }

  /** The two limbs of the value, see limbs.ts. */
  highAt(index: number): number {
    const exact = this.exact.size === 0 ? undefined : this.exact.get(index)
    return exact === undefined ? Math.floor((this.values[index] as number) / LIMB) : Number(exact >> 48n)
  }

  lowAt(index: number): number {
    const exact = this.exact.size === 0 ? undefined : this.exact.get(index)
    if (exact !== undefined) return Number(BigInt.asUintN(48, exact))
    const value = this.values[index] as number
    return value - Math.floor(value / LIMB) * LIMB
  }
}
