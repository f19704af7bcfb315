/** The way of live reads to PostgreSQL. */
import type { LiveColdStore } from '@weir/accumulator'
import { LIVE_LIMITS } from '@weir/ingest'
import { connectPostgres, PostgresLiveReads } from '@weir/postgres'
import type { Logger } from '@weir/service'
import type { IngestConfig } from './config.ts'

interface LiveReads extends AsyncDisposable {
  readonly cold: LiveColdStore
}

/**
 * Connections of their own: however much people look, ingestion finds one free when an emptied Redis needs its highs back.
 * Undefined where there is no PostgreSQL.
 */
export function openLiveReads({ postgresUrl, layout }: IngestConfig, log: Logger): LiveReads | undefined {
  if (postgresUrl === undefined) return undefined
  const { readsMax, coldTimeoutMs } = LIVE_LIMITS
  const db = connectPostgres({
    url: postgresUrl,
    poolMax: readsMax,
    // Nobody waits for the answer any more.
    statementTimeoutMs: coldTimeoutMs,
    lockTimeoutMs: coldTimeoutMs / 2,
    idleInTransactionTimeoutMs: coldTimeoutMs,
    connectionTimeoutMs: coldTimeoutMs,
    applicationName: 'weir-ingest-live',
    log,
  })
  return { cold: new PostgresLiveReads(db, layout), [Symbol.asyncDispose]: () => db.destroy() }
}
