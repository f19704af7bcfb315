/** A tick: one trade of a symbol. Its price and volume are scaled integers, its time integer µs since the epoch. */
import type { EventInput } from './event-batch.ts'

export interface Scales {
  /** Decimal digits of a price; 4 is a scale of 1e-4. */
  readonly priceDigits: number
  readonly volumeDigits: number
}

export function tickInput(scales: Scales): EventInput {
  return { name: 'ticks', texts: ['symbol'], measures: { price: scales.priceDigits, volume: scales.volumeDigits } }
}

export const SYMBOL_LENGTH_MAX = 32
/** Times are kept below 2^53 µs (the year 2255), so that a double holds them. */
export const TIME_US_MAX = Number.MAX_SAFE_INTEGER
