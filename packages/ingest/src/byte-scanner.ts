/**
 * Reads the plain fields of ticks straight from the bytes of a body, without a text or an object each: a decimal number of few
 * digits, a symbol of plain ASCII. Whatever is not plain is left to the exact readers, which it is equal to (by test).
 */
import { type TextColumn } from '@weir/accumulator'
import { symbolFault } from './validate-tick.ts'

const ZERO = 48
const NINE = 57
const DOT = 46
/** With at most 15 digits each decimal is another double, and an integer of them exact. */
const SURE_DIGITS = 15
const SURE_MAX = 10 ** SURE_DIGITS
const SCALES = Array.from({ length: SURE_DIGITS + 1 }, (_, digits) => 10 ** digits)
const TABLE_START = 1024
const SYMBOL_BYTES_MAX = 32

/** No plain field: to be read exactly. */
export const NOT_PLAIN = -1

export class ByteScanner {
  readonly bytes: Buffer
  /** Just after what was read last. */
  at = 0
  readonly #column: TextColumn
  /** Open addressing by the hash of a symbol's bytes: its id + 1, and where its bytes lie. */
  #ids = new Int32Array(TABLE_START)
  #starts = new Int32Array(TABLE_START)
  #lengths = new Int32Array(TABLE_START)
  #hashes = new Int32Array(TABLE_START)
  #known = 0

  constructor(bytes: Buffer, column: TextColumn) {
    this.bytes = bytes
    this.#column = column
  }

  /** Reads `123` or `1.25` at `at`, to integer units at these decimal digits; NOT_PLAIN for all else, with `at` anywhere. */
  number(digits: number): number {
    const { bytes } = this
    const start = this.at
    let at = start
    let units = 0
    let dot = -1
    for (; ; at++) {
      const code = bytes[at] as number
      if (code >= ZERO && code <= NINE) units = units * 10 + code - ZERO
      else if (code === DOT && dot < 0 && at > start) dot = at
      else break
    }
    this.at = at
    const length = at - start
    if (length === 0 || length > SURE_DIGITS || dot === at - 1) return NOT_PLAIN
    const decimals = dot < 0 ? 0 : at - dot - 1
    if (decimals > digits) return NOT_PLAIN
    const scaled = units * (SCALES[digits - decimals] as number)
    return scaled < SURE_MAX ? scaled : NOT_PLAIN
  }

  /** Reads a symbol up to the given byte, to its id in the column; NOT_PLAIN for all that is no plain symbol. */
  symbol(end: number): number {
    const { bytes } = this
    const start = this.at
    let hash = 0x811c9dc5
    let at = start
    for (; ; at++) {
      const code = bytes[at] as number
      if (code === end) break
      // Quotes and backslashes mean more than themselves in one format or another; beyond 126 it is no ASCII.
      if (!(code > 32 && code < 127) || code === 34 || code === 92) return NOT_PLAIN
      hash = Math.imul(hash ^ code, 0x01000193)
    }
    this.at = at
    const length = at - start
    return length === 0 || length > SYMBOL_BYTES_MAX ? NOT_PLAIN : this.#idOf(start, length, hash)
  }

  #idOf(start: number, length: number, hash: number): number {
    const mask = this.#ids.length - 1
    let slot = (hash ^ (hash >>> 15)) & mask
    for (; this.#ids[slot] !== 0; slot = (slot + 1) & mask) {
      if (this.#hashes[slot] === (hash | 0) && this.#isAt(slot, start, length)) return (this.#ids[slot] as number) - 1
    }
    const text = this.bytes.toString('latin1', start, start + length)
    if (symbolFault(text) !== undefined) return NOT_PLAIN
    const id = this.#column.idOf(text)
    this.#put(slot, id + 1, start, length, hash | 0)
    if (++this.#known * 2 > this.#ids.length) this.#grow()
    return id
  }

  #isAt(slot: number, start: number, length: number): boolean {
    const { bytes } = this
    if (this.#lengths[slot] !== length) return false
    const known = this.#starts[slot] as number
    for (let index = 0; index < length; index++) if (bytes[known + index] !== bytes[start + index]) return false
    return true
  }

  #put(slot: number, id: number, start: number, length: number, hash: number): void {
    this.#ids[slot] = id
    this.#starts[slot] = start
    this.#lengths[slot] = length
    this.#hashes[slot] = hash
  }

  /** At most as many entries as the body has distinct symbols. */
  #grow(): void {
    const [ids, starts, lengths, hashes] = [this.#ids, this.#starts, this.#lengths, this.#hashes]
    const size = ids.length * 2
    this.#ids = new Int32Array(size)
    this.#starts = new Int32Array(size)
    this.#lengths = new Int32Array(size)
    this.#hashes = new Int32Array(size)
    for (let old = 0; old < ids.length; old++) {
      const id = ids[old] as number
      if (id === 0) continue
      const hash = hashes[old] as number
      let slot = (hash ^ (hash >>> 15)) & (size - 1)
      while (this.#ids[slot] !== 0) slot = (slot + 1) & (size - 1)
      this.#put(slot, id, starts[old] as number, lengths[old] as number, hash)
    }
  }
}
