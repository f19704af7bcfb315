/**
 * Brings a database to what a layout needs. May be run again at any time, and by several processes at once: Kysely's
 * migrator holds an advisory lock, and all that one run adds is one transaction.
 */
import type { Layout } from '@weir/accumulator'
import { sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import type { Postgres } from './connect-postgres.ts'
import { readEntries, requireSameLayout } from './layout-entries.ts'
import { executedMigrations, migrationsOf, withExecuted } from './migrations.ts'
import { requireServer } from './server-facts.ts'
import { MIGRATION_LOCK_TABLE, MIGRATION_TABLE } from './tables.ts'

/** Gives the names of the migrations that this call ran. Refuses a database of another layout, with nothing changed. */
export async function migrate(db: Postgres, layout: Layout): Promise<string[]> {
  await requireServer(db)
  await requireStoredLayout(db, layout)
  const needed = migrationsOf(layout)
  const migrator = new Migrator({
    db,
    // Asked under the lock, so that what another process has just added is known.
    provider: { getMigrations: async () => withExecuted(needed, await executedMigrations(db)) },
    migrationTableName: MIGRATION_TABLE,
    migrationLockTableName: MIGRATION_LOCK_TABLE,
    // Without a schema Kysely would take another schema's migrations for this one's.
    migrationTableSchema: await currentSchema(db),
    // A new accumulator comes by its name, which may sort before one that is there already.
    allowUnorderedMigrations: true,
  })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error !== undefined) throw error instanceof Error ? error : new Error('a migration failed', { cause: error })
  // Another process may have made the tables first, with another layout.
  await requireStoredLayout(db, layout)
  return results.map(({ migrationName }) => migrationName)
}

async function requireStoredLayout(db: Postgres, layout: Layout): Promise<void> {
  const stored = await readEntries(db)
  if (stored !== undefined) requireSameLayout(stored, layout)
}

async function currentSchema(db: Postgres): Promise<string> {
  const { rows } = await sql<{ schema: string | null }>`select current_schema() as schema`.execute(db)
  return rows[0]?.schema ?? 'public'
}
