/** A database of the benchmark, migrated. */
import type { Layout } from '@weir/accumulator'
import { connectPostgres, migrate, type Postgres } from '@weir/postgres'

const STATEMENT_TIMEOUT_MS = 60_000

export async function openColdStore(databaseUrl: string, layout: Layout): Promise<Postgres> {
  const db = connectPostgres({
    url: databaseUrl,
    poolMax: 4,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    lockTimeoutMs: STATEMENT_TIMEOUT_MS / 2,
    idleInTransactionTimeoutMs: STATEMENT_TIMEOUT_MS,
    connectionTimeoutMs: STATEMENT_TIMEOUT_MS,
  })
  await migrate(db, layout)
  return db
}
