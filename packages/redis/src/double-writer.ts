/**
 * Numbers for Lua: little-endian doubles in a row, which `struct.unpack` reads fastest and which hold slots as they
 * are.
 */
import { assert } from '@weir/accumulator'

const START_DOUBLES = 256
const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

export class DoubleWriter {
  #doubles = new Float64Array(START_DOUBLES)
  #count = 0

  get count(): number {
    return this.#count
  }

  push(value: number): void {
    if (this.#count === this.#doubles.length) this.#reserve(1)
    this.#doubles[this.#count++] = value
  }

  add(...values: readonly number[]): void {
    this.addAll(values)
  }

  /** The first `count` of the values. */
  addAll(values: ArrayLike<number>, count = values.length): void {
    this.#reserve(count)
    if (values instanceof Float64Array && count === values.length) this.#doubles.set(values, this.#count)
    else for (let index = 0; index < count; index++) this.#doubles[this.#count + index] = values[index] as number
    this.#count += count
  }

  /** Puts a value that is known only later in the place of one that stands there. */
  replace(index: number, value: number): void {
    assert(index < this.#count, 'only what is written can be replaced')
    this.#doubles[index] = value
  }

  clear(): void {
    this.#count = 0
  }

  /** Valid until something is written or cleared. */
  bytes(): Buffer {
    assert(IS_LITTLE_ENDIAN, 'Weir runs on little-endian machines')
    return Buffer.from(this.#doubles.buffer, 0, this.#count * Float64Array.BYTES_PER_ELEMENT)
  }

  #reserve(count: number): void {
    if (this.#count + count <= this.#doubles.length) return
    const larger = new Float64Array(Math.max(2 * this.#doubles.length, this.#count + count))
    larger.set(this.#doubles)
    this.#doubles = larger
  }
}
