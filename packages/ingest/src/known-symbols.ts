/**
 * The symbols that were seen before, by text and by the bytes that they are sent as: each is checked and made a text once, not
 * in every body. It is kept from body to body, and emptied between two of them where it has too many.
 */
import type { TextColumn } from '@weir/accumulator'
import { symbolFault } from './validate-tick.ts'

const SYMBOLS_START = 64
/** A few megabytes. One body may have more, in proportion to its size. */
const SYMBOLS_MAX = 65_536
/** Beyond that, a symbol is looked up by its text: bytes that were chosen to share a hash cost no more than that. */
const PROBES_MAX = 8
const SLOTS_A_SYMBOL = 4
export const SYMBOL_BYTES_MAX = 32

/** No symbol. */
export const NO_SYMBOL = -1

export class KnownSymbols {
  /** Symbols are numbered from 0 in the order in which they were first seen. */
  readonly #numberOf = new Map<string, number>()
  #texts: string[] = []
  /** By number: its id in the present column, where the other says that it is of that. */
  #ids = new Int32Array(SYMBOLS_START)
  #columnOfId = new Int32Array(SYMBOLS_START)
  #column: TextColumn | undefined
  #columns = 0
  /** Open addressing by hash: the number of a symbol + 1. */
  #slots = new Int32Array(SLOTS_A_SYMBOL * SYMBOLS_START)
  /** By number: what its bytes are. */
  #hashes = new Int32Array(SYMBOLS_START)
  #lengths = new Uint8Array(SYMBOLS_START)
  #bytes = new Uint8Array(SYMBOL_BYTES_MAX * SYMBOLS_START)

  /** The id of a symbol in the column; NO_SYMBOL where it cannot be one. */
  idOf(text: string, column: TextColumn): number {
    if (column !== this.#column) this.#turnTo(column)
    const number = this.#numberOf.get(text) ?? this.#add(text)
    return number < 0 ? NO_SYMBOL : this.#idOfNumber(number)
  }

  /** The same for plain ASCII of at most 32 bytes. `hash`: a function of these bytes alone. */
  idOfBytes(bytes: Buffer, start: number, length: number, hash: number, column: TextColumn): number {
    if (column !== this.#column) this.#turnTo(column)
    const mask = this.#slots.length - 1
    const first = hash ^ (hash >>> 15)
    for (let probe = 0; probe < PROBES_MAX; probe++) {
      const number = (this.#slots[(first + probe) & mask] as number) - 1
      if (number < 0) break
      if (this.#hashes[number] === hash && this.#isAt(number, bytes, start, length)) return this.#idOfNumber(number)
    }
    return this.#idOfNewBytes(bytes, start, length, hash)
  }

  #idOfNumber(number: number): number {
    if (this.#columnOfId[number] === this.#columns) return this.#ids[number] as number
    const id = (this.#column as TextColumn).add(this.#texts[number] as string)
    this.#ids[number] = id
    this.#columnOfId[number] = this.#columns
    return id
  }

  #isAt(number: number, bytes: Buffer, start: number, length: number): boolean {
    if (this.#lengths[number] !== length) return false
    const known = this.#bytes
    const from = number * SYMBOL_BYTES_MAX
    for (let index = 0; index < length; index++) if (known[from + index] !== bytes[start + index]) return false
    return true
  }

  #idOfNewBytes(bytes: Buffer, start: number, length: number, hash: number): number {
    const text = bytes.toString('latin1', start, start + length)
    const number = this.#numberOf.get(text) ?? this.#add(text)
    if (number < 0) return NO_SYMBOL
    if (this.#lengths[number] === 0) {
      this.#hashes[number] = hash
      this.#lengths[number] = length
      this.#bytes.set(bytes.subarray(start, start + length), number * SYMBOL_BYTES_MAX)
      this.#place(number)
    }
    return this.#idOfNumber(number)
  }

  #add(text: string): number {
    if (symbolFault(text) !== undefined) return NO_SYMBOL
    const number = this.#texts.push(text) - 1
    this.#numberOf.set(text, number)
    if (number >= this.#ids.length) this.#grow()
    return number
  }

  /** A symbol for which there is no slot near its hash has none. */
  #place(number: number): void {
    const mask = this.#slots.length - 1
    const hash = this.#hashes[number] as number
    const first = hash ^ (hash >>> 15)
    for (let probe = 0; probe < PROBES_MAX; probe++) {
      const slot = (first + probe) & mask
      if (this.#slots[slot] !== 0) continue
      this.#slots[slot] = number + 1
      return
    }
  }

  #grow(): void {
    const size = 2 * this.#ids.length
    this.#ids = copyTo(new Int32Array(size), this.#ids)
    this.#columnOfId = copyTo(new Int32Array(size), this.#columnOfId)
    this.#hashes = copyTo(new Int32Array(size), this.#hashes)
    this.#lengths = copyTo(new Uint8Array(size), this.#lengths)
    this.#bytes = copyTo(new Uint8Array(size * SYMBOL_BYTES_MAX), this.#bytes)
    this.#slots = new Int32Array(size * SLOTS_A_SYMBOL)
    for (let number = 0; number < this.#texts.length; number++) if (this.#lengths[number] !== 0) this.#place(number)
  }

  /** Ids are those of one column at a time. One that is returned to has texts already. */
  #turnTo(column: TextColumn): void {
    if (this.#texts.length > SYMBOLS_MAX) this.#clear()
    this.#column = column
    this.#columns = (this.#columns + 1) | 0
    for (const [id, text] of column.values.entries()) {
      const number = this.#numberOf.get(text) ?? this.#add(text)
      this.#ids[number] = id
      this.#columnOfId[number] = this.#columns
    }
  }

  #clear(): void {
    this.#numberOf.clear()
    this.#texts = []
    this.#ids = new Int32Array(SYMBOLS_START)
    this.#columnOfId = new Int32Array(SYMBOLS_START)
    this.#slots = new Int32Array(SLOTS_A_SYMBOL * SYMBOLS_START)
    this.#hashes = new Int32Array(SYMBOLS_START)
    this.#lengths = new Uint8Array(SYMBOLS_START)
    this.#bytes = new Uint8Array(SYMBOL_BYTES_MAX * SYMBOLS_START)
  }
}

function copyTo<Column extends Int32Array | Uint8Array>(larger: Column, column: Column): Column {
  larger.set(column)
  return larger
}
