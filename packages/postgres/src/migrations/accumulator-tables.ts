/** The migration of one accumulator: its parts table, its view, and its layout, in one transaction. */
import type { Accumulator, Layout } from '@weir/accumulator'
import { assert } from '@weir/accumulator'
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { compileTable } from '../compile-table.ts'
import { compileView } from '../compile-view.ts'
import { accumulatorEntry, recordEntry } from '../layout-entries.ts'

export function accumulatorTables(layout: Layout, accumulator: Accumulator): Migration {
  const entry = layout.entries[accumulator.name]
  assert(entry !== undefined, `the layout describes ${accumulator.name}`)
  return {
    async up(db: Kysely<unknown>) {
      await sql.raw(compileTable(accumulator)).execute(db)
      for (const statement of compileView(accumulator)) await sql.raw(statement).execute(db)
      await recordEntry(db, accumulatorEntry(accumulator.name), entry)
    },
  }
}
