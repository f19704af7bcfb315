// Goal: PostgreSQL joins, reads and adds origins up exactly as the memory store does, whose join is join.ts.
import { createLayout } from '@weir/accumulator'
import { conformanceAccumulators, describeColdStore } from '@weir/testkit'
import { sql } from 'kysely'
import { afterAll, beforeAll } from 'vitest'
import { PostgresColdStore } from './cold-store.ts'
import { type OpenDatabase, openTestDatabase } from './testing/open-test-database.ts'

const layout = createLayout({ shards: 3, accumulators: conformanceAccumulators })
let database: OpenDatabase

beforeAll(async () => {
  database = await openTestDatabase(layout)
})
afterAll(() => database.close())

describeColdStore({
  name: 'PostgreSQL',
  runs: 40,
  async open() {
    const tables = [...conformanceAccumulators.map(({ table }) => table), 'producer_marks', 'accepted_counts']
    await sql`truncate ${sql.join(tables.map((table) => sql.table(table)))}`.execute(database.db)
    return new PostgresColdStore(database.db, layout)
  },
})
