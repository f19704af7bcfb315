/**
 * Reads the plain fields of ticks straight from the bytes of a body, without a text or an object each: a decimal number of few
 * digits, a symbol of plain ASCII. Whatever is not plain is left to the exact readers, which it is equal to (by test).
 */
import type { TextColumn } from '@weir/accumulator'
import { type KnownSymbols, SYMBOL_BYTES_MAX } from './known-symbols.ts'
import { SURE_UNITS_MAX } from './read-number.ts'

const ZERO = 48
const NINE = 9
const DOT = 46
const QUOTE = 34
const BACKSLASH = 92
/** As many as an int32 holds; the others are added up as doubles. */
const INT32_DIGITS = 9
/** All below 2^52, and a dot. */
const NUMBER_BYTES_MAX = 17
const SCALES = Array.from({ length: NUMBER_BYTES_MAX }, (_, digits) => 10 ** digits)

/** No plain field: to be read exactly. */
export const NOT_PLAIN = -1

export class ByteScanner {
  readonly bytes: Buffer
  /** Just after what was read last. */
  at = 0
  readonly #symbols: KnownSymbols
  readonly #column: TextColumn

  /** Symbols get their ids in the column. */
  constructor(bytes: Buffer, symbols: KnownSymbols, column: TextColumn) {
    this.bytes = bytes
    this.#symbols = symbols
    this.#column = column
  }

  /** Reads `123` or `1.25` at `at`, to integer units at these decimal digits; NOT_PLAIN for all else, with `at` anywhere. */
  number(digits: number): number {
    const { bytes, at: start } = this
    let at = start
    let digit = (bytes[at] as number) ^ ZERO
    let first = 0
    for (const end = start + INT32_DIGITS; digit <= NINE && at < end; digit = (bytes[++at] as number) ^ ZERO) {
      first = (Math.imul(first, 10) + digit) | 0
    }
    let units = first
    for (; digit <= NINE; digit = (bytes[++at] as number) ^ ZERO) units = units * 10 + digit
    if (at === start) return NOT_PLAIN
    let decimals = 0
    if (bytes[at] === DOT) {
      const dot = at
      digit = (bytes[++at] as number) ^ ZERO
      for (; digit <= NINE; digit = (bytes[++at] as number) ^ ZERO) units = units * 10 + digit
      decimals = at - dot - 1
      if (decimals === 0 || decimals > digits) return NOT_PLAIN
    }
    this.at = at
    if (at - start > NUMBER_BYTES_MAX) return NOT_PLAIN
    const scaled = units * (SCALES[digits - decimals] as number)
    return scaled < SURE_UNITS_MAX ? scaled : NOT_PLAIN
  }

  /** Reads a symbol up to the given byte, to its id in the column; NOT_PLAIN for all that is no plain symbol. */
  symbol(end: number): number {
    const { bytes, at: start } = this
    const limit = start + SYMBOL_BYTES_MAX
    let hash = 0x811c9dc5
    let at = start
    let code = bytes[at] as number
    for (; code !== end; code = bytes[++at] as number) {
      // Quotes and backslashes mean more than themselves in one format or another; beyond 126 it is no ASCII.
      if (!(code > 32 && code < 127) || code === QUOTE || code === BACKSLASH || at === limit) return NOT_PLAIN
      hash = Math.imul(hash ^ code, 0x01000193)
    }
    this.at = at
    if (at === start) return NOT_PLAIN
    return this.#symbols.idOfBytes(bytes, start, at - start, hash | 0, this.#column)
  }
}
