/** The sessions of symbols as they are now: each Redis's row with the parts that PostgreSQL has of other histories. */
import {
  type Accumulator,
  type ColdPart,
  compareTexts,
  joinLive,
  type Row,
  shardOf,
  type ViewValues,
  viewValues,
} from '@weir/accumulator'
import { everyShard, type LiveDeps, POSTGRES_AWAY, readCold, UNREADABLE } from './live-deps.ts'

interface LiveSession {
  readonly symbol: string
  readonly values: ViewValues
  /** Whether PostgreSQL is known to have all of it. */
  readonly synced: boolean
}

export interface LiveSessions {
  readonly sessions: readonly LiveSession[]
  /** Why something may be missing; empty when nothing is. */
  readonly incomplete: readonly string[]
}

export interface SessionPage extends LiveSessions {
  /** The symbol to go on after; undefined at the end. */
  readonly next: string | undefined
}

/** A page of a session's symbols, in the order of their bytes. */
export async function readSessionPage(
  deps: LiveDeps,
  accumulator: Accumulator,
  { period, after, limit }: { period: number; after: string; limit: number },
): Promise<SessionPage> {
  const { name } = accumulator
  const ofShards = await everyShard(deps, (shard) => deps.hot.readKeys(shard, name, period))
  const hotKeys = ofShards.flat().filter((key) => compareTexts(key, after) > 0)
  const found = await readCold(deps, `symbols of ${name}`, (cold) => {
    return cold.readKeys(name, period, { after, keysMax: limit + 1 })
  })
  const coldKeys = found.kind === 'read' ? found.value : []
  const keys = [...new Set([...hotKeys, ...coldKeys])].sort(compareTexts)
  const page = keys.slice(0, limit)
  const { sessions, incomplete } = await readSessions(deps, accumulator, period, page)
  const reasons = found.kind === 'away' ? [POSTGRES_AWAY, ...incomplete] : incomplete
  return { sessions, incomplete: [...new Set(reasons)], next: keys.length > limit ? page.at(-1) : undefined }
}

/** Those of these symbols that have a row, in their order. */
export async function readSessions(
  deps: LiveDeps,
  accumulator: Accumulator,
  period: number,
  symbols: readonly string[],
): Promise<LiveSessions> {
  const { name } = accumulator
  const byShard = Map.groupBy(symbols, (symbol) => shardOf(symbol, deps.layout.shards))
  const pages = await Promise.all(
    [...byShard].map(([shard, keys]) => deps.hot.readRows(shard, name, period, { kind: 'keys', keys })),
  )
  const hot = Map.groupBy(
    pages.flatMap(({ rows }) => rows),
    ({ key }) => key,
  )
  // After Redis, never before: a row is in PostgreSQL before it leaves Redis, so that nothing falls between.
  const found = await readCold(deps, `parts of ${name}`, (cold) => {
    return cold.readPartsOf(
      name,
      symbols.map((key) => ({ period, key })),
    )
  })
  const parts = Map.groupBy<string, ColdPart>(found.kind === 'read' ? found.value : [], ({ key }) => key)
  const rowsOf = (list: readonly { readonly row: Row }[] = []) => list.map(({ row }) => row)
  const sessions = symbols.flatMap((symbol) => {
    const row = joinLive(accumulator, rowsOf(hot.get(symbol)), rowsOf(parts.get(symbol)))
    if (row === undefined) return []
    return [
      { symbol, values: viewValues(accumulator, row), synced: !(hot.get(symbol) ?? []).some(({ dirty }) => dirty) },
    ]
  })
  const incomplete = [
    ...(found.kind === 'away' ? [POSTGRES_AWAY] : []),
    ...(pages.some(({ unreadable }) => unreadable.length > 0) ? [UNREADABLE] : []),
  ]
  return { sessions, incomplete }
}
