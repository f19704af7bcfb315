/**
 * What a tick must be, field by field. Its time is only held to the range of times here; whether it is too far ahead or too
 * old is judged when the request is applied (judge-times.ts), since a retried request must be judged as it was at first.
 */
import { SYMBOL_LENGTH_MAX, TIME_US_MAX } from '@weir/accumulator'
import { type ReadNumber, readScaled } from './read-number.ts'

/** A timestamp is in ms, with up to 3 decimals: µs. */
export const TIME_DIGITS = 3
/** Sums of products are exact to 2^96; what doubles say is half of that or less is surely below. */
const NOTIONAL_LIMIT = 1n << 96n
const SURELY_HELD = 2 ** 95
/** The bytes of nearly every symbol there is; all others are looked at more closely. */
const PLAIN_SYMBOL = /^[!-~]{1,32}$/
const CONTROL_CHARACTER = /\p{Cc}/u

/** The reason why this is no symbol; undefined where it is one. */
export function symbolFault(symbol: unknown): string | undefined {
  if (typeof symbol === 'string' && PLAIN_SYMBOL.test(symbol)) return undefined
  const fault = textFault('symbol', symbol)
  if (fault !== undefined) return fault
  return Array.from(symbol as string).length > SYMBOL_LENGTH_MAX
    ? `symbol has more than ${SYMBOL_LENGTH_MAX} characters`
    : undefined
}

/** The reason why this text cannot be part of a key. */
export function textFault(name: string, text: unknown): string | undefined {
  if (typeof text !== 'string')
    return text === undefined || text === null ? `${name} is missing` : `${name} is not text`
  if (text === '') return `${name} is empty`
  if (!text.isWellFormed()) return `${name} has half a surrogate pair`
  if (CONTROL_CHARACTER.test(text)) return `${name} has a control character`
  return undefined
}

/** The price in units of its scale, or the reason why it is refused. */
export function readPrice(price: unknown, digits: number): ReadNumber {
  const units = readScaled(price, digits)
  if (typeof units === 'string') return `price ${units}`
  return units > 0 ? units : 'price is not positive'
}

/** The volume in units of its scale, or the reason why it is refused. */
export function readVolume(volume: unknown, digits: number): ReadNumber {
  const units = readScaled(volume, digits)
  if (typeof units === 'string') return `volume ${units}`
  return units >= 0 ? units : 'volume is negative'
}

/** A tick that no sum of products could hold: refused alone, where it would else refuse all that it came with. */
export function notionalFault(price: number | bigint, volume: number | bigint): string | undefined {
  return productFault('price', price, 'volume', volume)
}

export function productFault(aName: string, a: number | bigint, bName: string, b: number | bigint): string | undefined {
  if (Number(a) * Number(b) < SURELY_HELD || BigInt(a) * BigInt(b) < NOTIONAL_LIMIT) return undefined
  return `${aName} times ${bName} is out of range`
}

/** The time in µs since the epoch, or the reason why it is refused. */
export function readTimeUs(timestamp: unknown): number | string {
  const timeUs = readScaled(timestamp, TIME_DIGITS)
  if (typeof timeUs === 'string') return `timestamp ${timeUs}`
  if (timeUs <= 0) return 'timestamp is not positive'
  return timeUs < TIME_US_MAX ? Number(timeUs) : 'timestamp is out of range; it is in ms since 1970'
}
