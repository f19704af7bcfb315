/**
 * Memory for the columns of batches, each used by one batch at a time: fresh arrays for every request would be megabytes of pages
 * to clear and collect.
 */

/** Smaller arrays cost nothing; larger ones are too much to keep. */
const LENGTH_MIN = 512
const LENGTH_MAX = 262_144
/** Of one length: what a few requests at once take. */
const KEPT_MAX = 12

export class ColumnMemory {
  readonly #doubles = new Map<number, Float64Array[]>()
  readonly #integers = new Map<number, Int32Array[]>()

  /** At least so many, with anything in them. */
  doubles(length: number): Float64Array {
    const rounded = roundUp(length)
    return this.#doubles.get(rounded)?.pop() ?? new Float64Array(rounded)
  }

  integers(length: number): Int32Array {
    const rounded = roundUp(length)
    return this.#integers.get(rounded)?.pop() ?? new Int32Array(rounded)
  }

  /** What fits of the column in one of another length; the column is free. */
  moveDoubles(column: Float64Array, length: number): Float64Array {
    const moved = this.doubles(length)
    moved.set(column.subarray(0, length))
    keep(this.#doubles, column)
    return moved
  }

  moveIntegers(column: Int32Array, length: number): Int32Array {
    const moved = this.integers(length)
    moved.set(column.subarray(0, length))
    keep(this.#integers, column)
    return moved
  }
}

function roundUp(length: number): number {
  return length <= LENGTH_MIN || length > LENGTH_MAX ? length : 2 ** Math.ceil(Math.log2(length))
}

function keep<Column extends Float64Array | Int32Array>(kept: Map<number, Column[]>, column: Column): void {
  const { length } = column
  if (length <= LENGTH_MIN || length > LENGTH_MAX || length !== roundUp(length)) return
  const ofLength = kept.get(length) ?? []
  kept.set(length, ofLength)
  if (ofLength.length < KEPT_MAX) ofLength.push(column)
}
