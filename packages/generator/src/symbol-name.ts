/** Names for made-up symbols, in order of their share of the market: SYM00000 trades most. */
const DIGITS = 5
export const SYMBOLS_MAX = 10 ** DIGITS

/** The name of a rank from 0 to SYMBOLS_MAX - 1. */
export function symbolName(rank: number): string {
  return `SYM${String(rank).padStart(DIGITS, '0')}`
}
