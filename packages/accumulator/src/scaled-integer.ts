/**
 * Decimal text to scaled integers. Prices and volumes are integers at a fixed number of decimal digits, so that no sum is
 * ever a float; a value finer than the scale is refused, never rounded.
 */

export type ScaledInteger =
  | { readonly kind: 'value'; readonly value: bigint }
  | { readonly kind: 'refused'; readonly reason: string }

/** A scale of 1e-8 is the finest; it leaves 9.2e10 units in an int64. */
export const SCALE_DIGITS_MAX = 8
const DECIMAL = /^([+-]?)(\d{1,40})(?:\.(\d{0,40}))?(?:[eE]([+-]?\d{1,3}))?$/
const INT64_LIMIT = 1n << 63n

/**
 * Parses decimal text (`167.41`, `1e-7`, `-3`) to an integer of 10^-digits units, exact to int64.
 * Trailing zeros beyond the scale are allowed; other digits beyond it are refused.
 */
export function parseScaled(text: string, digits: number): ScaledInteger {
  const match = DECIMAL.exec(text)
  if (match === null) return refused('is not a decimal number')
  const [, sign, whole = '', fraction = '', exponentText = '0'] = match
  const exponent = Number(exponentText) + digits - fraction.length
  let integerText = whole + fraction
  if (exponent < 0) {
    const dropped = integerText.length + exponent <= 0 ? integerText : integerText.slice(exponent)
    if (/[1-9]/.test(dropped)) return refused(`is finer than 1e-${digits}`)
    integerText = integerText.slice(0, Math.max(0, integerText.length + exponent)) || '0'
  } else {
    if (exponent > 60) return /[1-9]/.test(integerText) ? refused('is out of range') : { kind: 'value', value: 0n }
    integerText += '0'.repeat(exponent)
  }
  const magnitude = BigInt(integerText)
  if (magnitude >= INT64_LIMIT) return refused('is out of range')
  return { kind: 'value', value: sign === '-' ? -magnitude : magnitude }
}

/**
 * The same for a JSON number. A double holds its decimal text exactly only below 2^53 scaled units; above, the digits the
 * sender wrote may already be gone, so the value is refused and must be sent as a string.
 */
export function parseScaledNumber(value: number, digits: number): ScaledInteger {
  if (!Number.isFinite(value)) return refused('is not finite')
  if (Math.abs(value) * 10 ** digits > Number.MAX_SAFE_INTEGER) {
    return refused('has more digits than a JSON number keeps; send it as a string')
  }
  return parseScaled(String(value), digits)
}

/** Scaled integer to decimal text with exactly `digits` decimals, for people and for PostgreSQL's NUMERIC. */
export function formatScaled(value: bigint, digits: number): string {
  if (digits === 0) return value.toString()
  const magnitude = (value < 0n ? -value : value).toString().padStart(digits + 1, '0')
  const text = `${magnitude.slice(0, -digits)}.${magnitude.slice(-digits)}`
  return value < 0n ? `-${text}` : text
}

function refused(reason: string): ScaledInteger {
  return { kind: 'refused', reason }
}
