/** Which migrations a layout needs: the numbered ones of every database, then one an accumulator, under its name. */
import { type Layout, StoreError } from '@weir/accumulator'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Postgres } from './connect-postgres.ts'
import { bookkeeping } from './migrations/0001-bookkeeping.ts'
import { compactedParts } from './migrations/0002-compacted-parts.ts'
import { accumulatorTables } from './migrations/accumulator-tables.ts'
import { MIGRATION_TABLE } from './tables.ts'

const ACCUMULATOR_MIGRATION = /^accumulator_/

export function migrationsOf(layout: Layout): Record<string, Migration> {
  return {
    '0001_bookkeeping': bookkeeping(layout),
    '0002_compacted_parts': compactedParts,
    ...Object.fromEntries(
      layout.accumulators.map((accumulator) => [
        `accumulator_${accumulator.name}`,
        accumulatorTables(layout, accumulator),
      ]),
    ),
  }
}

/** The names of what ran, in this connection's schema; none before the first migration. */
export async function executedMigrations(db: Postgres): Promise<Set<string>> {
  const { rows } = await sql<{ exists: boolean }>`select to_regclass(${MIGRATION_TABLE}) is not null as exists`.execute(
    db,
  )
  if (rows[0]?.exists !== true) return new Set()
  const executed = await db.selectFrom(MIGRATION_TABLE).select('name').execute()
  return new Set(executed.map(({ name }) => name))
}

/**
 * Kysely wants every migration that ever ran to be known still. One of an accumulator that is switched off now has nothing
 * to do; any other is a newer Weir's, whose tables this one does not understand.
 */
export function withExecuted(
  needed: Record<string, Migration>,
  executed: ReadonlySet<string>,
): Record<string, Migration> {
  const unknown = [...executed].filter((name) => !(name in needed))
  const newer = unknown.filter((name) => !ACCUMULATOR_MIGRATION.test(name))
  if (newer.length > 0) {
    const message = `this database was migrated by a newer Weir (${newer.join(', ')})`
    throw new StoreError(
      'WEIR_STORE_UNSUITABLE',
      `${message}: run that version, or give this one a database of its own`,
    )
  }
  return { ...needed, ...Object.fromEntries(unknown.map((name) => [name, { up: async () => {} }])) }
}
