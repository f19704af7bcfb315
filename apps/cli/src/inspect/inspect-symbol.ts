/** One symbol's row in both stores, side by side: as Redis has it, as PostgreSQL has it, and whether it still waits. */
import {
  type Accumulator,
  type ColdStore,
  formatPeriod,
  type HotStore,
  KEY_SEPARATOR,
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

/**
 * A row an accumulator that has the key; `periodText` undefined is the newest period. A key of several columns is given
 * column by column. Where another text than the key decides the shard, there may be a row in each.
 */
export async function inspectKey(
  { hot, cold, layout }: InspectDeps,
  columns: readonly string[],
  periodText: string | undefined,
): Promise<InspectedRow[]> {
  const symbol = columns.join(KEY_SEPARATOR)
  const rows: InspectedRow[] = []
  for (const accumulator of layout.accumulators) {
    if (accumulator.key.length !== columns.length) continue
    for (const shard of shardsOf(accumulator, layout, symbol)) {
      const place = { accumulator, shard, symbol }
      const period =
        periodText === undefined ? await findNewestPeriod(hot, cold, place) : parsePeriod(accumulator, periodText)
      const row = period === undefined ? undefined : await inspectRow(hot, cold, place, period)
      if (row !== undefined) rows.push(row)
    }
  }
  return rows
}

function shardsOf({ key, feeds }: Accumulator, { shards }: Layout, symbol: string): number[] {
  const isByKey = key.length === 1 && feeds.every(({ input }) => input.texts[0] === key[0])
  return isByKey ? [shardOf(symbol, shards)] : Array.from({ length: shards }, (_, shard) => shard)
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
