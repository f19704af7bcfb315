/**
 * Arrays in PostgreSQL's binary format: a header, then each element with its length before it, all big-endian. A packed row is
 * big-endian too, so most elements are copies of its bytes: neither this process nor PostgreSQL makes decimal text of them.
 */
import { assert } from '@weir/accumulator'

/** Elements of one array must fit: 4 bytes of length and, the longest of fixed width, a numeric of 8 digits. */
export const ELEMENT_BYTES_MAX = 4 + 24
export const ARRAY_HEADER_BYTES = 20
const LENGTH_BYTES = 4
const NUMERIC_HEADER_BYTES = 8
const ASCII_END = 0x80

/** PostgreSQL's numbers of its own types, which never change. */
export const TYPE_IDS = { bigint: 20, integer: 23, text: 25, numeric: 1700, uuid: 2950 } as const

/** Writes arrays one behind the other into one piece of memory. */
export class BinaryArrays {
  readonly #bytes: Buffer
  readonly #arrays: Buffer[] = []
  #start = 0
  #at = 0

  constructor(bytesMax: number) {
    this.#bytes = Buffer.allocUnsafe(bytesMax)
  }

  begin(typeId: number, count: number): void {
    this.#start = this.#at
    // One dimension; whether there are NULLs; the type; how many; numbered from 1.
    for (const value of count === 0 ? [0, 0, typeId] : [1, 0, typeId, count, 1]) this.#addInt32(value)
  }

  end(): void {
    this.#arrays.push(this.#bytes.subarray(this.#start, this.#at))
  }

  finish(): readonly Buffer[] {
    assert(this.#at <= this.#bytes.length, 'the arrays fit into their memory')
    return this.#arrays
  }

  addNull(): void {
    this.#addInt32(-1)
    this.#bytes[this.#start + 7] = 1
  }

  addCopy(source: Buffer, from: number, length: number): void {
    this.#addInt32(length)
    const target = this.#bytes
    const at = this.#at
    // Short copies: a loop takes less than a call of `Buffer.copy`.
    for (let index = 0; index < length; index++) target[at + index] = source[from + index] as number
    this.#at = at + length
  }

  addInteger(value: number): void {
    this.#addInt32(4)
    this.#addInt32(value)
  }

  addBigint(value: number): void {
    this.#addInt32(8)
    this.#bytes.writeBigInt64BE(BigInt(value), this.#at)
    this.#at += 8
  }

  addText(text: string): void {
    const target = this.#bytes
    const lengthAt = this.#at
    let at = lengthAt + LENGTH_BYTES
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index)
      if (code >= ASCII_END) {
        at = lengthAt + LENGTH_BYTES + target.write(text, lengthAt + LENGTH_BYTES)
        break
      }
      target[at++] = code
    }
    this.#addInt32(at - lengthAt - LENGTH_BYTES)
    this.#at = at
  }

  /** A whole number that is not negative, as PostgreSQL's digits of base 10,000: the highest first. */
  addNumeric(digits: readonly number[]): void {
    this.#addInt32(NUMERIC_HEADER_BYTES + 2 * digits.length)
    this.#addInt16(digits.length)
    // The power of 10,000 that the first digit counts; then the sign, and decimals shown.
    this.#addInt16(digits.length - 1)
    this.#addInt16(0)
    this.#addInt16(0)
    for (const digit of digits) this.#addInt16(digit)
  }

  #addInt16(value: number): void {
    const target = this.#bytes
    const at = this.#at
    target[at] = value >> 8
    target[at + 1] = value
    this.#at = at + 2
  }

  #addInt32(value: number): void {
    const target = this.#bytes
    const at = this.#at
    target[at] = value >> 24
    target[at + 1] = value >> 16
    target[at + 2] = value >> 8
    target[at + 3] = value
    this.#at = at + 4
  }
}
