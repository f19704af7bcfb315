/**
 * A measure or a time as the sender wrote it, a JSON number or decimal text, to an integer at its scale. Nearly all numbers
 * of a feed have at most 15 digits, which doubles hold exactly; those take a short way, the others the exact one.
 */
import { parseScaled, parseScaledNumber } from '@weir/accumulator'

/** The integer, or the reason why it is refused. A number where a double holds it exactly, else a bigint. */
export type ReadNumber = number | bigint | string

/** With at most 15 digits each decimal is another double, so a double stands for exactly one of them. */
const SURE_DIGITS = 15
const SURE_MAX = 10 ** SURE_DIGITS
const ZERO = 48
const DOT = 46

export function readScaled(value: unknown, digits: number): ReadNumber {
  if (typeof value === 'number') {
    const units = unitsOfNumber(value, 10 ** digits)
    return units ?? exact(parseScaledNumber(value, digits))
  }
  if (typeof value === 'string') {
    if (value === '') return 'is missing'
    return unitsOfText(value, digits) ?? exact(parseScaled(value, digits))
  }
  return value === undefined || value === null ? 'is missing' : 'is not a number'
}

function exact(parsed: ReturnType<typeof parseScaled>): bigint | string {
  return parsed.kind === 'value' ? parsed.value : parsed.reason
}

/** The units of a double whose shortest decimal text is exactly that many units; undefined where that is not sure. */
function unitsOfNumber(value: number, scale: number): number | undefined {
  const units = Math.round(value * scale)
  return Math.abs(units) < SURE_MAX && units / scale === value ? units + 0 : undefined
}

/** The units of plain text such as `167.4100`; undefined for signs, exponents and all that is long or wrong. */
function unitsOfText(text: string, digits: number): number | undefined {
  if (text.length > SURE_DIGITS) return undefined
  let units = 0
  let dot = -1
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === DOT && dot < 0 && index > 0) dot = index
    else if (code >= ZERO && code <= ZERO + 9) units = units * 10 + code - ZERO
    else return undefined
  }
  const decimals = dot < 0 ? 0 : text.length - dot - 1
  if (decimals > digits) return undefined
  const scaled = units * 10 ** (digits - decimals)
  return scaled < SURE_MAX ? scaled : undefined
}
