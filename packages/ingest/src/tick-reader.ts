/** Takes the ticks of one body, one after another, into columns; what cannot be right is set apart with its reason. */
import {
  assert,
  type ColumnMemory,
  EventBatch,
  type EventInput,
  type MeasureColumn,
  type TextColumn,
} from '@weir/accumulator'
import { ByteScanner } from './byte-scanner.ts'
import { KnownSymbols, NO_SYMBOL } from './known-symbols.ts'
import { SURE_UNITS_MAX } from './read-number.ts'
import { REJECTIONS_SHOWN_MAX, type Rejection, type TickBatch } from './tick-batch.ts'
import { notionalFault, readPrice, readTimeUs, readVolume, symbolFault, TIME_DIGITS } from './validate-tick.ts'

/** Surely below 2^96, as a product must be. */
const NOTIONAL_SURE_MAX = 2 ** 95
const TIME_SCALE = 10 ** TIME_DIGITS

export interface TickReaderOptions {
  /** A start for the columns; more may come. */
  readonly ticksExpected?: number
  /** Those of the batches before, so that each is checked once. */
  readonly symbols?: KnownSymbols
  /** Where the columns are taken from; who has them gives them back when the batch was answered. */
  readonly memory?: ColumnMemory | undefined
}

export class TickReader {
  readonly priceDigits: number
  readonly volumeDigits: number
  readonly timeDigits = TIME_DIGITS
  readonly #events: EventBatch
  readonly #symbols: TextColumn
  readonly #known: KnownSymbols
  readonly #priceScale: number
  readonly #volumeScale: number
  readonly #prices: MeasureColumn
  readonly #volumes: MeasureColumn
  readonly #rejected: Rejection[] = []
  #rejectedCount = 0
  #lastReason = ''
  #ticks = 0
  #plain = 0

  /** `input` is that of ticks: the text `symbol`, the measures `price` and `volume`. */
  constructor(input: EventInput, { ticksExpected, symbols = new KnownSymbols(), memory }: TickReaderOptions = {}) {
    this.#known = symbols
    this.#events = new EventBatch(input, ticksExpected, memory)
    const [column] = this.#events.texts
    const [prices, volumes] = this.#events.measures
    assert(
      column !== undefined && prices !== undefined && volumes !== undefined,
      'ticks have a symbol, price and volume',
    )
    this.#symbols = column
    this.#prices = prices
    this.#volumes = volumes
    this.priceDigits = input.measures.price ?? 0
    this.volumeDigits = input.measures.volume ?? 0
    this.#priceScale = 10 ** this.priceDigits
    this.#volumeScale = 10 ** this.volumeDigits
  }

  /** Reads plain fields of these bytes, for `addPlain`. */
  scan(bytes: Buffer): ByteScanner {
    return new ByteScanner(bytes, this.#known, this.#symbols)
  }

  /**
   * Takes a tick of plain fields: the id of its symbol, units from 0 to 2^52. False where the exact way has to say what is wrong
   * with it.
   */
  addPlain(symbol: number, price: number, volume: number, timeUs: number): boolean {
    if (!(price > 0 && timeUs > 0 && price * volume < NOTIONAL_SURE_MAX)) return false
    const index = this.#events.append(this.#ticks++, timeUs)
    this.#symbols.ids[index] = symbol
    this.#prices.values[index] = price
    this.#volumes.values[index] = volume
    this.#plain++
    return true
  }

  /** Takes the next tick, fields as they were sent. `updates`: `volume` for a trade that sets no high, low or last. */
  add(symbol: unknown, price: unknown, volume: unknown, timestamp: unknown, updates?: unknown): void {
    if (
      typeof symbol === 'string' &&
      typeof price === 'number' &&
      typeof volume === 'number' &&
      typeof timestamp === 'number' &&
      updates === undefined &&
      this.#addNumbers(symbol, price, volume, timestamp)
    )
      return
    this.#addExactly(symbol, price, volume, timestamp, updates)
  }

  /** The short way for numbers, as read-number.ts has it; false where the exact way has to decide. */
  #addNumbers(symbol: string, price: number, volume: number, timestamp: number): boolean {
    const priceUnits = Math.round(price * this.#priceScale)
    if (!(priceUnits < SURE_UNITS_MAX && priceUnits / this.#priceScale === price)) return false
    const volumeUnits = Math.round(volume * this.#volumeScale)
    // Not a negative zero either.
    if (!(volumeUnits > 0 && volumeUnits < SURE_UNITS_MAX && volumeUnits / this.#volumeScale === volume)) return false
    const timeUs = Math.round(timestamp * TIME_SCALE)
    if (!(timeUs < SURE_UNITS_MAX && timeUs / TIME_SCALE === timestamp)) return false
    const id = this.#known.idOf(symbol, this.#symbols)
    return id !== NO_SYMBOL && this.addPlain(id, priceUnits, volumeUnits, timeUs)
  }

  #addExactly(symbol: unknown, price: unknown, volume: unknown, timestamp: unknown, updates: unknown): void {
    const id = typeof symbol === 'string' ? this.#known.idOf(symbol, this.#symbols) : NO_SYMBOL
    if (id === NO_SYMBOL) return this.reject(symbolFault(symbol) ?? 'symbol is not text')
    const priceUnits = readPrice(price, this.priceDigits)
    if (typeof priceUnits === 'string') return this.reject(priceUnits)
    const volumeUnits = readVolume(volume, this.volumeDigits)
    if (typeof volumeUnits === 'string') return this.reject(volumeUnits)
    const notional = notionalFault(priceUnits, volumeUnits)
    if (notional !== undefined) return this.reject(notional)
    const timeUs = readTimeUs(timestamp)
    if (typeof timeUs === 'string') return this.reject(timeUs)
    const isSumsOnly = updates === 'volume'
    if (!isSumsOnly && updates !== undefined && updates !== null && updates !== '' && updates !== 'all')
      return this.reject('updates is neither all nor volume')
    const index = this.#events.append(this.#ticks++, timeUs)
    this.#symbols.ids[index] = id
    this.#prices.set(index, priceUnits)
    this.#volumes.set(index, volumeUnits)
    if (isSumsOnly) this.#events.sumsOnly.add(index)
  }

  /** Takes the next tick as one that cannot be right. */
  reject(reason: string): void {
    this.#rejectedCount++
    this.#lastReason = reason
    if (this.#rejected.length < REJECTIONS_SHOWN_MAX) this.#rejected.push({ index: this.#ticks, reason })
    this.#ticks++
  }

  /** What was added last, if it was refused, and why: `before` is `rejected` before it was added. */
  reasonSince(before: number): string | undefined {
    return this.#rejectedCount > before ? this.#lastReason : undefined
  }

  /** How many ticks took the short way. */
  get plain(): number {
    return this.#plain
  }

  get rejected(): number {
    return this.#rejectedCount
  }

  finish(): TickBatch {
    return {
      events: this.#events,
      ticks: this.#ticks,
      rejections: { count: this.#rejectedCount, first: this.#rejected },
    }
  }
}
