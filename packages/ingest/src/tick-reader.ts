/** Takes the ticks of one body, one after another, into columns; what cannot be right is set apart with its reason. */
import { EventBatch, type EventInput } from '@weir/accumulator'
import { REJECTIONS_SHOWN_MAX, type Rejection, type TickBatch } from './tick-batch.ts'
import { notionalFault, readPrice, readTimeUs, readVolume, symbolFault } from './validate-tick.ts'

export class TickReader {
  readonly #events: EventBatch
  readonly #priceDigits: number
  readonly #volumeDigits: number
  readonly #rejected: Rejection[] = []
  #rejectedCount = 0
  #ticks = 0

  /** `input` is that of ticks: the text `symbol`, the measures `price` and `volume`. */
  constructor(input: EventInput) {
    this.#events = new EventBatch(input)
    this.#priceDigits = input.measures.price ?? 0
    this.#volumeDigits = input.measures.volume ?? 0
  }

  /** Takes the next tick, fields as they were sent. `updates`: `volume` for a trade that sets no high, low or last. */
  add(symbol: unknown, price: unknown, volume: unknown, timestamp: unknown, updates?: unknown): void {
    const fault = symbolFault(symbol)
    if (fault !== undefined) return this.reject(fault)
    const priceUnits = readPrice(price, this.#priceDigits)
    if (typeof priceUnits === 'string') return this.reject(priceUnits)
    const volumeUnits = readVolume(volume, this.#volumeDigits)
    if (typeof volumeUnits === 'string') return this.reject(volumeUnits)
    const notional = notionalFault(priceUnits, volumeUnits)
    if (notional !== undefined) return this.reject(notional)
    const timeUs = readTimeUs(timestamp)
    if (typeof timeUs === 'string') return this.reject(timeUs)
    const isSumsOnly = updates === 'volume'
    if (!isSumsOnly && updates !== undefined && updates !== null && updates !== '' && updates !== 'all')
      return this.reject('updates is neither all nor volume')
    const index = this.#events.append(this.#ticks++, timeUs)
    const [symbols] = this.#events.texts
    const [prices, volumes] = this.#events.measures
    if (symbols !== undefined) symbols.ids[index] = symbols.idOf(symbol as string)
    prices?.set(index, priceUnits)
    volumes?.set(index, volumeUnits)
    if (isSumsOnly) this.#events.sumsOnly.add(index)
  }

  /** Takes the next tick as one that cannot be right. */
  reject(reason: string): void {
    this.#rejectedCount++
    if (this.#rejected.length < REJECTIONS_SHOWN_MAX) this.#rejected.push({ index: this.#ticks, reason })
    this.#ticks++
  }

  finish(): TickBatch {
    return {
      events: this.#events,
      ticks: this.#ticks,
      rejections: { count: this.#rejectedCount, first: this.#rejected },
    }
  }
}
