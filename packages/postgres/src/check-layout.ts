/** What a service asks of its database before it starts: tables, accumulators and layout as its own. */
import { type Layout, StoreError } from '@weir/accumulator'
import type { Postgres } from './connect-postgres.ts'
import { readEntries, requireSameLayout } from './layout-entries.ts'
import { executedMigrations, migrationsOf, withExecuted } from './migrations.ts'
import { requireServer } from './server-facts.ts'

/** Throws WEIR_NOT_MIGRATED, WEIR_LAYOUT_CHANGED or WEIR_STORE_UNSUITABLE. Reads only. */
export async function checkLayout(db: Postgres, layout: Layout): Promise<void> {
  await requireServer(db)
  const stored = await readEntries(db)
  if (stored === undefined)
    throw new StoreError('WEIR_NOT_MIGRATED', 'this database has no tables of Weir: run `weir migrate`')
  requireSameLayout(stored, layout)
  const executed = await executedMigrations(db)
  const needed = migrationsOf(layout)
  withExecuted(needed, executed)
  const missing = Object.keys(needed).filter((name) => !executed.has(name))
  if (missing.length === 0) return
  throw new StoreError('WEIR_NOT_MIGRATED', `this database lacks ${missing.join(', ')}: run \`weir migrate\``)
}
