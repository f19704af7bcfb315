/** For tests of this package: a database of one test file, migrated, with a connection that is closed before it goes. */
import type { Layout } from '@weir/accumulator'
import { createTestDatabase } from '@weir/testkit'
import { connectPostgres, type Postgres, type PostgresOptions } from '../connect-postgres.ts'
import { migrate } from '../migrate.ts'

export interface OpenDatabase {
  readonly url: string
  readonly db: Postgres
  close(): Promise<void>
}

/** Without a layout the database stays empty. */
export async function openTestDatabase(layout?: Layout): Promise<OpenDatabase> {
  const database = await createTestDatabase()
  const db = connectPostgres(testOptions(database.url))
  if (layout !== undefined) await migrate(db, layout)
  return {
    url: database.url,
    db,
    async close() {
      await db.destroy()
      await database.drop()
    },
  }
}

export function testOptions(url: string): PostgresOptions {
  return {
    url,
    poolMax: 4,
    statementTimeoutMs: 10_000,
    lockTimeoutMs: 5_000,
    idleInTransactionTimeoutMs: 5_000,
    connectionTimeoutMs: 5_000,
  }
}
