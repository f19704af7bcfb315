/**
 * A measure or a time as the sender wrote it, a JSON number or decimal text, to an integer at its scale. Nearly all numbers
 * of a feed are below 2^52 units, and so is every time in µs until 2112; those take a short way, the others the exact one.
 */
import { parseScaled, parseScaledNumber } from '@weir/accumulator'

/** The integer, or the reason why it is refused. A number where a double holds it exactly, else a bigint. */
export type ReadNumber = number | bigint | string

/**
 * Below so many units two decimals at a scale lie further apart than two doubles. So a double stands for one decimal at most,
 * and that is the shortest text of it, too: a shorter one would be another decimal at the scale.
 */
export const SURE_UNITS_MAX = 2 ** 52
/** Such units have 16 digits, and perhaps a dot; longer texts are rare. */
const SURE_LENGTH = 17
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
  return Math.abs(units) < SURE_UNITS_MAX && units / scale === value ? units + 0 : undefined
}

/** The units of plain text such as `167.4100`; undefined for signs, exponents and all that is long or wrong. */
function unitsOfText(text: string, digits: number): number | undefined {
  if (text.length > SURE_LENGTH) return undefined
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
  return scaled < SURE_UNITS_MAX ? scaled : undefined
}
