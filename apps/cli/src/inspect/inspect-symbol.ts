/** One symbol's row in both stores, side by side: as Redis has it, as PostgreSQL has it, and whether it still waits. */
import {
  type ColdStore,
  formatPeriod,
  type HotStore,
  type Layout,
  originTimeUs,
  shardOf,
  timeText,
} from '@weir/accumulator'
import { rowTexts } from '../format/row-texts.ts'
import { findNewestPeriod, parsePeriod, type SymbolPlace } from './find-period.ts'

/** Field name to text in human units; a field without a value is left out. */
export type FieldTexts = Readonly<Record<string, string>>

export interface InspectedPart {
  readonly origin: string
  /** When this Redis history began. */
  readonly since: string
  readonly redis: FieldTexts | undefined
  /** Waits for the next sync. */
  readonly dirty: boolean
  /** Dirty, and PostgreSQL refuses it. */
  readonly quarantined: boolean
  readonly postgres: FieldTexts | undefined
}

export interface InspectedRow {
  readonly accumulator: string
  readonly period: string
  readonly symbol: string
  readonly shard: number
  /** One a Redis history, the newest first. */
  readonly parts: readonly InspectedPart[]
  /** All parts of PostgreSQL added up, as the view shows them. */
  readonly view: FieldTexts | undefined
}

export interface InspectDeps {
  readonly hot: HotStore
  readonly cold: ColdStore
  readonly layout: Layout
}

/** A row an accumulator that has the symbol; `periodText` undefined is the newest period. */
export async function inspectSymbol(
  { hot, cold, layout }: InspectDeps,
  symbol: string,
  periodText: string | undefined,
): Promise<InspectedRow[]> {
  const shard = shardOf(symbol, layout.shards)
  const rows: InspectedRow[] = []
  for (const accumulator of layout.accumulators) {
    if (accumulator.key.length !== 1 || accumulator.key[0] !== 'symbol') continue
    const place = { accumulator, shard, symbol }
    const period =
      periodText === undefined ? await findNewestPeriod(hot, cold, place) : parsePeriod(accumulator, periodText)
    const row = period === undefined ? undefined : await inspectRow(hot, cold, place, period)
    if (row !== undefined) rows.push(row)
  }
  return rows
}

async function inspectRow(
  hot: HotStore,
  cold: ColdStore,
  { accumulator, shard, symbol }: SymbolPlace,
  period: number,
): Promise<InspectedRow | undefined> {
  const { name } = accumulator
  const page = await hot.readRows(shard, name, period, { kind: 'keys', keys: [symbol] })
  const parts = await cold.readParts(name, period, { keys: [symbol] })
  const [seed] = await cold.readSeeds([{ accumulator: name, period, key: symbol }])
  const origins = new Set([...page.rows, ...parts].map(({ row }) => row.origin))
  if (origins.size === 0) return undefined
  return {
    accumulator: name,
    period: formatPeriod(accumulator.period, period),
    symbol,
    shard,
    parts: [...origins]
      .sort()
      .reverse()
      .map((origin) => {
        const hotRow = page.rows.find(({ row }) => row.origin === origin)
        const part = parts.find(({ row }) => row.origin === origin)
        return {
          origin,
          since: timeText(originTimeUs(origin)),
          redis: hotRow === undefined ? undefined : fieldTexts(rowTexts(accumulator, hotRow.row)),
          dirty: hotRow?.dirty ?? false,
          quarantined: hotRow?.quarantined ?? false,
          postgres: part === undefined ? undefined : fieldTexts(rowTexts(accumulator, part.row)),
        }
      }),
    view: seed?.row === undefined ? undefined : fieldTexts(rowTexts(accumulator, seed.row)),
  }
}

function fieldTexts(texts: ReadonlyMap<string, string | undefined>): FieldTexts {
  return Object.fromEntries([...texts].flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])))
}
