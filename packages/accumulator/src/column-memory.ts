/**
 * Memory for the columns of batches, each used by one batch at a time: fresh arrays for every request would be megabytes of pages
 * to clear and collect.
 */

/** Smaller arrays cost nothing; larger ones are too much to keep. */
const LENGTH_MIN = 512
const LENGTH_MAX = 262_144
/** What a few requests of 100,000 events take. */
const KEPT_BYTES_MAX = 16 * 1024 * 1024

export class ColumnMemory {
  /** Free ones, by length. */
  readonly #doubles = new Map<number, Float64Array[]>()
  readonly #integers = new Map<number, Int32Array[]>()
  #keptBytes = 0

  /** At least so many, with anything in them. */
  doubles(length: number): Float64Array {
    const rounded = roundUp(length)
    return this.#take(this.#doubles.get(rounded)) ?? new Float64Array(rounded)
  }

  integers(length: number): Int32Array {
    const rounded = roundUp(length)
    return this.#take(this.#integers.get(rounded)) ?? new Int32Array(rounded)
  }

  /** What fits of the column in one of another length; the column is free. */
  moveDoubles(column: Float64Array, length: number): Float64Array {
    const moved = this.doubles(length)
    moved.set(column.subarray(0, length))
    this.#keep(this.#doubles, column)
    return moved
  }

  moveIntegers(column: Int32Array, length: number): Int32Array {
    const moved = this.integers(length)
    moved.set(column.subarray(0, length))
    this.#keep(this.#integers, column)
    return moved
  }

  #take<Column extends Float64Array | Int32Array>(free: Column[] | undefined): Column | undefined {
    const column = free?.pop()
    if (column !== undefined) this.#keptBytes -= column.byteLength
    return column
  }

  #keep<Column extends Float64Array | Int32Array>(free: Map<number, Column[]>, column: Column): void {
    const { length, byteLength } = column
    if (length <= LENGTH_MIN || length > LENGTH_MAX || length !== roundUp(length)) return
    if (this.#keptBytes + byteLength > KEPT_BYTES_MAX) return
    const ofLength = free.get(length) ?? []
    free.set(length, ofLength)
    ofLength.push(column)
    this.#keptBytes += byteLength
  }
}

function roundUp(length: number): number {
  return length <= LENGTH_MIN || length > LENGTH_MAX ? length : 2 ** Math.ceil(Math.log2(length))
}
