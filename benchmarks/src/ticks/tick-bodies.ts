/** Ticks as text, in the formats that `POST /v1/ticks` takes. */
import type { BenchTick, BenchTicks } from './bench-ticks.ts'

export type BodyFormat = 'csv' | 'ndjson' | 'json'

export const CONTENT_TYPES: Readonly<Record<BodyFormat, string>> = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  json: 'application/json',
}

const HEADER = 'symbol,price,volume,timestamp\n'
/** About 300 KB a piece. */
const PIECE_TICKS = 10_000

/** The body of one request. */
export function tickBody(ticks: readonly BenchTick[], format: BodyFormat): Buffer {
  switch (format) {
    case 'csv':
      return Buffer.from(HEADER + ticks.map(csvLine).join(''))
    case 'ndjson':
      return Buffer.from(ticks.map((tick) => `${JSON.stringify(tick)}\n`).join(''))
    case 'json':
      return Buffer.from(JSON.stringify(ticks))
  }
}

/** All ticks as one text, in pieces. */
export function* writeLines(ticks: BenchTicks, format: 'csv' | 'ndjson'): Generator<string, void, undefined> {
  if (format === 'csv') yield HEADER
  for (let from = 0; from < ticks.count; from += PIECE_TICKS) {
    const length = Math.min(PIECE_TICKS, ticks.count - from)
    const piece = Array.from({ length }, (_, index) => ticks.tick(from + index))
    yield piece.map(format === 'csv' ? csvLine : (tick) => `${JSON.stringify(tick)}\n`).join('')
  }
}

function csvLine({ symbol, price, volume, timestamp }: BenchTick): string {
  return `${symbol},${price.toFixed(2)},${volume},${timestamp}\n`
}
