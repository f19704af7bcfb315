/** Ticks as CSV, in the columns that POST /v1/ticks and `weir replay` take. */
import type { MarketTick } from './market.ts'

export const MARKET_CSV_HEADER = 'symbol,price,volume,timestamp\n'
/** About 256 KiB of text a piece. */
const PIECE_LINES = 8192

/** The text in pieces of whole lines, header first; whoever calls writes them somewhere. */
export function* writeMarketCsv(ticks: Iterable<MarketTick>): Generator<string, void, undefined> {
  let piece = MARKET_CSV_HEADER
  let lines = 0
  for (const { symbol, price, volume, timestamp } of ticks) {
    piece += `${symbol},${price},${volume},${timestamp}\n`
    lines += 1
    if (lines % PIECE_LINES === 0) {
      yield piece
      piece = ''
    }
  }
  if (piece !== '') yield piece
}
