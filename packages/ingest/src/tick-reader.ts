/** Takes the ticks of one body, one after another, into columns; what cannot be right is set apart with its reason. */
import { assert, EventBatch, type EventInput, type MeasureColumn, type TextColumn } from '@weir/accumulator'
import { ByteScanner } from './byte-scanner.ts'
import { REJECTIONS_SHOWN_MAX, type Rejection, type TickBatch } from './tick-batch.ts'
import { notionalFault, readPrice, readTimeUs, readVolume, symbolFault, TIME_DIGITS } from './validate-tick.ts'

/** The plain fields of one tick, as a scanner reads them: a register instead of an object for each. */
export interface ScannedTick {
  /** Its id in the text column. */
  symbol: number
  price: number
  volume: number
  timeUs: number
}

export class TickReader {
  readonly priceDigits: number
  readonly volumeDigits: number
  readonly timeDigits = TIME_DIGITS
  readonly scanned: ScannedTick = { symbol: 0, price: 0, volume: 0, timeUs: 0 }
  readonly #events: EventBatch
  readonly #symbols: TextColumn
  readonly #prices: MeasureColumn
  readonly #volumes: MeasureColumn
  readonly #rejected: Rejection[] = []
  #scanner: ByteScanner | undefined
  #rejectedCount = 0
  #lastReason = ''
  #ticks = 0

  /** `input` is that of ticks: the text `symbol`, the measures `price` and `volume`. */
  constructor(input: EventInput, ticksExpected?: number) {
    this.#events = new EventBatch(input, ticksExpected)
    const [symbols] = this.#events.texts
    const [prices, volumes] = this.#events.measures
    assert(
      symbols !== undefined && prices !== undefined && volumes !== undefined,
      'ticks have a symbol, price and volume',
    )
    this.#symbols = symbols
    this.#prices = prices
    this.#volumes = volumes
    this.priceDigits = input.measures.price ?? 0
    this.volumeDigits = input.measures.volume ?? 0
  }

  /** Reads plain fields of these bytes, for `addPlain`. */
  scan(bytes: Buffer): ByteScanner {
    this.#scanner = new ByteScanner(bytes, this.#symbols)
    return this.#scanner
  }

  get scanner(): ByteScanner {
    assert(this.#scanner !== undefined, 'bytes are scanned')
    return this.#scanner
  }

  /** Takes a tick of plain fields; false where the exact way has to say what is wrong with it. */
  addPlain(symbol: number, price: number, volume: number, timeUs: number): boolean {
    if (!isPlain(price, volume, timeUs)) return false
    const index = this.#events.append(this.#ticks++, timeUs)
    this.#symbols.ids[index] = symbol
    this.#prices.values[index] = price
    this.#volumes.values[index] = volume
    return true
  }

  /** Whether the scanned fields make a tick that `addScanned` may take. */
  isPlainScanned(): boolean {
    const { price, volume, timeUs } = this.scanned
    return isPlain(price, volume, timeUs)
  }

  addScanned(): void {
    const { symbol, price, volume, timeUs } = this.scanned
    this.addPlain(symbol, price, volume, timeUs)
  }

  /** Takes the next tick, fields as they were sent. `updates`: `volume` for a trade that sets no high, low or last. */
  add(symbol: unknown, price: unknown, volume: unknown, timestamp: unknown, updates?: unknown): void {
    const known = typeof symbol === 'string' ? this.#symbols.known(symbol) : undefined
    const fault = known === undefined ? symbolFault(symbol) : undefined
    if (fault !== undefined) return this.reject(fault)
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
    this.#symbols.ids[index] = known ?? this.#symbols.idOf(symbol as string)
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

/** Surely below 2^96, as a product must be. */
const NOTIONAL_SURE_MAX = 2 ** 95

function isPlain(price: number, volume: number, timeUs: number): boolean {
  return price > 0 && timeUs > 0 && price * volume < NOTIONAL_SURE_MAX
}
