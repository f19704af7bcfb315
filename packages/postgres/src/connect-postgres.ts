/**
 * A Kysely instance on a PostgreSQL server. TLS, if any, is the URL's: `?sslmode=verify-full&sslrootcert=…`.
 *
 * The three timeouts are settings of each connection, made when it opens. Every write of Weir is one statement and its own
 * transaction, so a SET LOCAL would need a BEGIN, a COMMIT and three round trips for one; as startup parameters, PgBouncer
 * would refuse them. The same statement overrules two defaults that a database may have: `synchronous_commit = off`, since
 * Redis is told that a row is in PostgreSQL, and must not be told so of a commit that exists in memory only; and stricter
 * isolation, under which two upserts of one row would fail where they can simply join.
 */
import { assert, StoreError } from '@weir/accumulator'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { classifyError } from './classify-error.ts'
import { GuardedPool } from './guarded-pool.ts'
import { POSTGRES_LIMITS } from './limits.ts'
import type { WeirTables } from './tables.ts'

export interface PostgresOptions {
  /** postgresql://user:password@host:port/database */
  readonly url: string
  readonly poolMax: number
  /** The longest that one statement may run. */
  readonly statementTimeoutMs: number
  /** The longest that a statement may wait for a lock: another worker's, which may be paused. */
  readonly lockTimeoutMs: number
  readonly idleInTransactionTimeoutMs: number
  /** The longest wait for a connection, be it a new one or one of a busy pool. */
  readonly connectionTimeoutMs: number
  /** How long after its statement timed out on the server a reply is still waited for; then the connection is given up. */
  readonly replyGraceMs?: number
  /** As `pg_stat_activity` shows it. */
  readonly applicationName?: string
  readonly log?: PostgresLog
}

/** A pino logger is one. */
export interface PostgresLog {
  warn(fields: object, message: string): void
}

export type Postgres = Kysely<WeirTables>

const SETTINGS = `select
  set_config('statement_timeout', $1, false),
  set_config('lock_timeout', $2, false),
  set_config('idle_in_transaction_session_timeout', $3, false),
  set_config('default_transaction_isolation', 'read committed', false),
  set_config('synchronous_commit', case current_setting('synchronous_commit') when 'off' then 'on'
    else current_setting('synchronous_commit') end, false)`

export function connectPostgres(options: PostgresOptions): Postgres {
  const { url, poolMax, statementTimeoutMs, lockTimeoutMs, idleInTransactionTimeoutMs, log } = options
  const { poolMin } = POSTGRES_LIMITS
  assert(
    poolMax >= poolMin && poolMax <= POSTGRES_LIMITS.poolMax,
    `poolMax is ${poolMin} to ${POSTGRES_LIMITS.poolMax}`,
  )
  assert(lockTimeoutMs > 0 && lockTimeoutMs < statementTimeoutMs, 'a lock times out before its statement does')
  const target = targetOf(url)
  const pool = new pg.Pool({
    connectionString: url,
    application_name: options.applicationName ?? 'weir',
    max: poolMax,
    connectionTimeoutMillis: options.connectionTimeoutMs,
    query_timeout: statementTimeoutMs + (options.replyGraceMs ?? POSTGRES_LIMITS.replyGraceMs),
    idleTimeoutMillis: POSTGRES_LIMITS.idleConnectionMs,
    maxLifetimeSeconds: POSTGRES_LIMITS.connectionAgeSeconds,
    keepAlive: true,
  })
  // The pool has already put the connection away; the next call opens another, or fails with a StoreError of its own.
  pool.on('error', (error) => {
    // pg hangs the client, with all its parameters, on the error: a log is no place for them.
    Reflect.deleteProperty(error, 'client')
    log?.warn({ err: classifyError(error, target) }, 'an idle connection to PostgreSQL broke')
  })
  const timeouts = [statementTimeoutMs, lockTimeoutMs, idleInTransactionTimeoutMs]
  const settings = { text: SETTINGS, values: timeouts.map(String) }
  return new Kysely<WeirTables>({ dialect: new PostgresDialect({ pool: new GuardedPool({ pool, target, settings }) }) })
}

/** Server and database for messages, as pg itself reads them from the URL. */
function targetOf(url: string): string {
  if (/^postgres(ql)?:\/\//.test(url)) {
    try {
      const { host, port, database } = new pg.Client({ connectionString: url })
      return `${host}:${port}/${database ?? ''}`
    } catch {
      // Falls through: the error itself may hold the URL, and with it the password.
    }
  }
  const message = 'DATABASE_URL cannot be read: write postgresql://user:password@host:port/database'
  throw new StoreError('WEIR_STORE_UNSUITABLE', `${message}, and any file of its ssl parameters must exist`)
}
