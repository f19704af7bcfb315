/** The layout record in PostgreSQL: read, written by the migration that makes what it describes, and compared. */
import { type Layout, type LayoutEntry, layoutDifferences, StoreError } from '@weir/accumulator'
import { type QueryExecutorProvider, sql } from 'kysely'

export const BASE_ENTRY = 'base'
const ACCUMULATOR_PREFIX = 'accumulator:'

export function accumulatorEntry(name: string): string {
  return ACCUMULATOR_PREFIX + name
}

export async function recordEntry(
  db: QueryExecutorProvider,
  name: string,
  { fingerprint, text }: LayoutEntry,
): Promise<void> {
  await sql`insert into weir_layout (name, fingerprint, layout) values (${name}, ${fingerprint}, ${text})`.execute(db)
}

/** By name; undefined before the first migration. */
export async function readEntries(db: QueryExecutorProvider): Promise<Map<string, LayoutEntry> | undefined> {
  const { rows: found } = await sql<{
    exists: boolean
  }>`select to_regclass('weir_layout') is not null as exists`.execute(db)
  if (found[0]?.exists !== true) return undefined
  const { rows } = await sql<{ name: string } & LayoutEntry>`
    select name, fingerprint, layout as text from weir_layout`.execute(db)
  return new Map(rows.map(({ name, fingerprint, text }) => [name, { fingerprint, text }]))
}

/** Entries that are missing are no difference: an accumulator may be new. */
export function requireSameLayout(stored: ReadonlyMap<string, LayoutEntry>, layout: Layout): void {
  const present: [string, LayoutEntry][] = [
    [BASE_ENTRY, layout.base],
    ...Object.entries(layout.entries).map(([name, entry]): [string, LayoutEntry] => [accumulatorEntry(name), entry]),
  ]
  const differences = present.flatMap(([name, entry]) => {
    const there = stored.get(name)
    if (there === undefined || there.fingerprint === entry.fingerprint) return []
    const owner = name === BASE_ENTRY ? '' : `${name.slice(ACCUMULATOR_PREFIX.length)}: `
    return layoutDifferences(there.text, entry.text).map((difference) => owner + difference)
  })
  if (differences.length === 0) return
  const advice =
    'Set it back, give a changed accumulator of your own another name, or give this Weir a database and a REDIS_KEY_PREFIX of its own'
  throw new StoreError(
    'WEIR_LAYOUT_CHANGED',
    `this database was made with another layout: ${differences.join('; ')}. ${advice}.`,
  )
}
