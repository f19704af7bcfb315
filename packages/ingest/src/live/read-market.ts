/**
 * Market analytics as they are now, the open window included. The averages of a session need all its windows: those of
 * PostgreSQL, added up there, and in place of those of which Redis has more, Redis's with the parts of all histories.
 */
import {
  type Accumulator,
  type ColdRow,
  joinLive,
  KEY_SEPARATOR,
  type LiveColdStore,
  type LiveRows,
  marketAnalytics,
  marketWindowOf,
  type PeriodRecord,
  type Row,
} from '@weir/accumulator'
import { LIVE_LIMITS, type LiveDeps, POSTGRES_AWAY, readCold, UNREADABLE } from './live-deps.ts'
import { type LiveWindow, liveWindow } from './live-window.ts'

export interface MarketQuery {
  /** The session's first and last possible window. */
  readonly first: number
  readonly last: number
  readonly source: string | undefined
  /** The newest windows that are given of each source. */
  readonly limit: number
}

export interface LiveMarket {
  /** By name; each with its newest windows first. */
  readonly sources: readonly { readonly source: string; readonly windows: readonly LiveWindow[] }[]
  /** Why something may be missing; empty when nothing is. */
  readonly incomplete: readonly string[]
}

/** `records`: of each shard, read before. */
export async function readMarket(
  deps: LiveDeps,
  accumulator: Accumulator,
  records: readonly (readonly PeriodRecord[])[],
  query: MarketQuery,
): Promise<LiveMarket> {
  const incomplete = new Set<string>()
  const rows = await readRows(deps, accumulator, records, query, incomplete)
  const bySource = Map.groupBy(rows, ({ key }) => key)
  const names = [...bySource.keys()].sort()
  if (names.length > LIVE_LIMITS.sourcesMax) incomplete.add(`there are ${names.length} sources: name one by ?source=`)
  const sources = names.slice(0, LIVE_LIMITS.sourcesMax).map((source) => {
    const windows = (bySource.get(source) ?? []).toSorted((a, b) => a.period - b.period)
    const analytics = marketAnalytics(windows.map(({ row }) => marketWindowOf(accumulator, row)))
    const newest = windows.map((row, index) => ({ row, analytics: analytics[index] })).slice(-query.limit)
    const shown = newest.reverse().flatMap(({ row, analytics: values }) => {
      return values === undefined ? [] : [liveWindow(accumulator, row, values)]
    })
    return { source, windows: shown }
  })
  return { sources, incomplete: [...incomplete] }
}

/** The rows of the session, each as it is now. */
async function readRows(
  deps: LiveDeps,
  accumulator: Accumulator,
  records: readonly (readonly PeriodRecord[])[],
  { first, last, source }: MarketQuery,
  incomplete: Set<string>,
): Promise<ColdRow[]> {
  const inSession = records.map((list) => list.filter(({ period }) => period >= first && period <= last))
  const ofSource = ({ key }: ColdRow) => source === undefined || key === source
  const waiting = await readHot(deps, accumulator, inSession, (record) => record.dirty > 0)
  // After Redis, never before: a row is in PostgreSQL before it leaves Redis, so that nothing falls between.
  const found = await readCold(deps, 'the windows of a session', async (cold) => {
    const key = source === undefined ? {} : { key: source }
    const joined = await cold.readJoined(accumulator.name, { first, last, ...key, rowsMax: LIVE_LIMITS.rowsMax })
    return { joined, parts: await cold.readPartsOf(accumulator.name, namesOf(waiting.rows.filter(ofSource))) }
  })
  // Without PostgreSQL, what it has already must come from Redis too, as far as it is there still.
  const hot = found.kind === 'read' ? waiting : await readHot(deps, accumulator, inSession, () => true)
  const { joined, parts } = found.kind === 'read' ? found.value : NOTHING
  if (found.kind === 'away') incomplete.add(POSTGRES_AWAY)
  if (hot.unreadable.length > 0) incomplete.add(UNREADABLE)
  if (hot.isCut || joined.length === LIVE_LIMITS.rowsMax) incomplete.add(CUT)
  return liveRows(accumulator, hot.rows.filter(ofSource), joined, parts)
}

const NOTHING: Record<'joined' | 'parts', readonly ColdRow[]> = { joined: [], parts: [] }
const CUT = 'the session has more windows than are read at once: averages begin with the oldest that was read'

interface HotRows extends LiveRows {
  /** Whether older windows were left out. */
  readonly isCut: boolean
}

async function readHot(
  { hot }: LiveDeps,
  { name }: Accumulator,
  records: readonly (readonly PeriodRecord[])[],
  wanted: (record: PeriodRecord) => boolean,
): Promise<HotRows> {
  const ofShards = records.map((list) => new Set(list.filter(wanted).map(({ period }) => period)))
  const all = [...new Set(ofShards.flatMap((periods) => [...periods]))].sort((a, b) => b - a)
  const kept = new Set(all.slice(0, LIVE_LIMITS.windowsMax))
  const read = await Promise.all(
    ofShards.map(async (periods, shard) => {
      const list = [...periods].filter((period) => kept.has(period))
      const pages: LiveRows[] = []
      // One call of a shard after the other: ingestion goes between.
      for (let start = 0; start < list.length; start += LIVE_LIMITS.callWindowsMax) {
        pages.push(await hot.readPeriodRows(shard, name, list.slice(start, start + LIVE_LIMITS.callWindowsMax)))
      }
      return pages
    }),
  )
  const pages = read.flat()
  return {
    rows: pages.flatMap(({ rows }) => rows),
    unreadable: pages.flatMap(({ unreadable }) => unreadable),
    isCut: all.length > kept.size,
  }
}

function liveRows(
  accumulator: Accumulator,
  hot: readonly ColdRow[],
  joined: readonly ColdRow[],
  parts: readonly ColdRow[],
): ColdRow[] {
  const partsOf = Map.groupBy(parts, nameOf)
  const rows = new Map(joined.map((row) => [nameOf(row), row]))
  for (const [name, group] of Map.groupBy(hot, nameOf)) {
    const [{ period, key } = { period: 0, key: '' }] = group
    const row = joinLive(accumulator, rowsOf(group), rowsOf(partsOf.get(name) ?? []))
    if (row !== undefined) rows.set(name, { period, key, row })
  }
  return [...rows.values()]
}

function namesOf(rows: readonly ColdRow[]): Parameters<LiveColdStore['readPartsOf']>[1] {
  return [...new Map(rows.map(({ period, key }) => [nameOf({ period, key }), { period, key }])).values()]
}

function nameOf({ period, key }: Pick<ColdRow, 'period' | 'key'>): string {
  return `${period}${KEY_SEPARATOR}${key}`
}

function rowsOf(list: readonly ColdRow[]): Row[] {
  return list.map(({ row }) => row)
}
