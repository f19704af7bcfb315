/**
 * Reads one place (period and shard) from both stores and compares row by row. Memory holds one place at a time, so a shard's
 * rows of one period, never the whole store.
 */
import {
  type Accumulator,
  type ColdPart,
  type ColdStore,
  type HotStore,
  keyOfField,
  originTimeUs,
} from '@weir/accumulator'
import { fieldDifferences } from './field-differences.ts'
import { type HotRow, judgeRow } from './judge-row.ts'
import type { FieldDifference, Place, RowFault } from './report.ts'

const PAGE_ROWS_MAX = 1000
/** A readRows call by name: one HMGET and one ZMSCORE of this size. */
const NAMED_KEYS_MAX = 500

export interface RowFinding {
  readonly key: string
  readonly origin: string
  readonly verdict:
    | { readonly kind: 'gap'; readonly fault: RowFault }
    | { readonly kind: 'older'; readonly ticks: number }
  readonly fields: readonly FieldDifference[]
}

export interface PlaceScan {
  readonly rowsCompared: number
  /** Of these, those that PostgreSQL refuses. */
  readonly quarantined: number
  /** Ticks in the parts of PostgreSQL. */
  readonly written: number
  /** Ticks in the rows of both, joined. */
  readonly counted: number
  /** Whether a part or row is of a history older than the shard's present one. */
  readonly hasOlderHistory: boolean
  readonly findings: readonly RowFinding[]
}

interface ReadRows {
  readonly rows: ReadonlyMap<string, HotRow>
  /** Keys whose row in Redis is none. */
  readonly unreadable: ReadonlySet<string>
}

export interface ScanDeps {
  readonly hot: HotStore
  readonly cold: ColdStore
  readonly accumulator: Accumulator
}

export async function scanPlace(
  deps: ScanDeps,
  place: Place,
  /** Of the shard, and of the period's record in Redis. */
  origins: { shard: string | undefined; record: string | undefined },
): Promise<PlaceScan> {
  const { rows, unreadable } = await readRows(deps, place)
  // After the rows, never before: a row is in PostgreSQL before it leaves Redis, so that nothing falls between.
  const parts = await deps.cold.readParts(deps.accumulator.name, place.period, { shard: place.shard })
  const partOf = new Map(parts.map((part) => [rowName(part.key, part.row.origin), part]))
  const isOlder = (origin: string) => isBefore(origin, origins.shard)

  const written = parts.reduce((total, part) => total + part.row.updates, 0)
  let counted = written
  let hasOlderHistory = parts.some((part) => isOlder(part.row.origin))
  const doubtful: HotRow[] = []
  for (const [name, hotRow] of rows) {
    const part = partOf.get(name)?.row
    counted += Math.max(0, hotRow.row.updates - (part?.updates ?? 0))
    const older = isOlder(hotRow.row.origin)
    hasOlderHistory ||= older
    const verdict = judgeRow(deps.accumulator, { before: hotRow, part, after: hotRow, older })
    if (verdict.kind !== 'fine') doubtful.push(hotRow)
  }
  const findings = await judgeAgain(deps, place, { doubtful, partOf, isOlder })
  const isPresent = (origin: string) => !isOlder(origin) && !isBefore(origin, origins.record)
  for (const key of unreadable) {
    findings.push({ key, origin: '', verdict: { kind: 'gap', fault: 'unreadable' }, fields: [] })
  }
  const alone = parts.filter(
    ({ key, row }) => isPresent(row.origin) && !rows.has(rowName(key, row.origin)) && !unreadable.has(key),
  )
  findings.push(...(await findLostRows(deps, place, alone)))
  const named = new Set(findings.map(({ key, origin }) => rowName(key, origin)))
  const others = parts.filter(({ key, row }) => !named.has(rowName(key, row.origin)))
  findings.push(...findMiscounts(deps.accumulator, others))
  const quarantined = [...rows.values()].filter((row) => row.quarantined).length
  return { rowsCompared: rows.size, quarantined, written, counted, hasOlderHistory, findings }
}

async function readRows({ hot, accumulator }: ScanDeps, { shard, period }: Place): Promise<ReadRows> {
  const rows = new Map<string, HotRow>()
  const unreadable = new Set<string>()
  let cursor = '0'
  do {
    const page = await hot.readRows(shard, accumulator.name, period, { kind: 'page', cursor, rowsMax: PAGE_ROWS_MAX })
    for (const row of page.rows) rows.set(rowName(row.key, row.row.origin), row)
    for (const field of page.unreadable) unreadable.add(keyOfField(field))
    cursor = page.cursor
  } while (cursor !== '0')
  return { rows, unreadable }
}

/** Rows that did not match their part may only have moved since: they are read once more, and judged between the two. */
async function judgeAgain(
  { hot, accumulator }: ScanDeps,
  { shard, period }: Place,
  known: { doubtful: readonly HotRow[]; partOf: ReadonlyMap<string, ColdPart>; isOlder: (origin: string) => boolean },
): Promise<RowFinding[]> {
  const findings: RowFinding[] = []
  for (let start = 0; start < known.doubtful.length; start += NAMED_KEYS_MAX) {
    const some = known.doubtful.slice(start, start + NAMED_KEYS_MAX)
    const keys = [...new Set(some.map((row) => row.key))]
    const page = await hot.readRows(shard, accumulator.name, period, { kind: 'keys', keys })
    const afterOf = new Map(page.rows.map((row) => [rowName(row.key, row.row.origin), row]))
    for (const before of some) {
      const name = rowName(before.key, before.row.origin)
      const part = known.partOf.get(name)?.row
      const older = known.isOlder(before.row.origin)
      const verdict = judgeRow(accumulator, { before, part, after: afterOf.get(name), older })
      if (verdict.kind === 'fine') continue
      findings.push({
        key: before.key,
        origin: before.row.origin,
        verdict: verdict.kind === 'gap' ? verdict : { kind: 'older', ticks: verdict.ticks },
        fields: fieldDifferences(accumulator, before.row, part),
      })
    }
  }
  return findings
}

/**
 * A part of the present history in a period that Redis holds has its row in Redis: no script removes one before its period.
 * These have none; a row that came since is found by reading once more.
 */
async function findLostRows(
  { hot, accumulator }: ScanDeps,
  { shard, period }: Place,
  alone: readonly ColdPart[],
): Promise<RowFinding[]> {
  const lost: RowFinding[] = []
  for (let start = 0; start < alone.length; start += NAMED_KEYS_MAX) {
    const some = alone.slice(start, start + NAMED_KEYS_MAX)
    const keys = some.map(({ key }) => key)
    const { rows } = await hot.readRows(shard, accumulator.name, period, { kind: 'keys', keys })
    for (const { key, row } of some) {
      // Of this origin, or of a newer one: a row that restarted after this part was synced.
      if (rows.some((found) => found.key === key && !isBefore(found.row.origin, row.origin))) continue
      const verdict = { kind: 'gap', fault: 'removed' } as const
      lost.push({ key, origin: row.origin, verdict, fields: fieldDifferences(accumulator, undefined, row) })
    }
  }
  return lost
}

/**
 * A `count` field without a condition counts every event of its input: in each part, of whatever history, it is the row's
 * updates, or no more than these where other inputs feed the row too.
 */
function findMiscounts(accumulator: Accumulator, parts: readonly ColdPart[]): RowFinding[] {
  const counts = accumulator.fieldList.filter(({ spec }) => spec.kind === 'count' && spec.when === undefined)
  const isOnlyInput = accumulator.feeds.length === 1
  return parts.flatMap(({ key, row }) => {
    const wrong = counts.filter(({ slot }) => {
      const count = row.slots[slot + 1] as number
      return row.slots[slot] !== 0 || (isOnlyInput ? count !== row.updates : count > row.updates)
    })
    const fields = wrong.map(({ name, slot }) => ({
      field: name,
      redis: `${row.updates} by its updates`,
      postgres: String(row.slots[slot + 1]),
    }))
    return wrong.length === 0 ? [] : [{ key, origin: row.origin, verdict: { kind: 'gap', fault: 'different' }, fields }]
  })
}

function isBefore(origin: string, other: string | undefined): boolean {
  return other === undefined || originTimeUs(origin) < originTimeUs(other)
}

function rowName(key: string, origin: string): string {
  return `${origin}${key}`
}
