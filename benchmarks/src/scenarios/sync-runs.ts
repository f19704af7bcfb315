/** What PostgreSQL says of the sync: its own record of each run, the size of its tables, its write-ahead log. */
import pg from 'pg'

export interface RecordedSync {
  readonly id: number
  readonly startedAtMs: number
  readonly durationMs: number
  readonly rows: number
  /** Ticks that landed. */
  readonly updates: number
  readonly statements: number
  readonly error: string | null
}

export class SyncRecords {
  readonly #client: pg.Client

  constructor(databaseUrl: string) {
    this.#client = new pg.Client({ connectionString: databaseUrl })
  }

  connect(): Promise<unknown> {
    return this.#client.connect()
  }

  /** Oldest first. */
  async runs(): Promise<RecordedSync[]> {
    const { rows } = await this.#client.query<Record<string, string>>(
      `select id, extract(epoch from started_at) * 1000 as started, duration_ms, rows, updates, rounds, error
       from sync_runs where accumulator = 'sessions' order by id`,
    )
    return rows.map((row) => ({
      id: Number(row.id),
      startedAtMs: Number(row.started),
      durationMs: Number(row.duration_ms),
      rows: Number(row.rows),
      updates: Number(row.updates),
      statements: Number(row.rounds),
      error: row.error ?? null,
    }))
  }

  async stored(): Promise<{ readonly rows: number; readonly ticks: number; readonly bytes: number }> {
    const { rows } = await this.#client.query<Record<string, string>>(
      `select count(*) as rows, coalesce(sum(updates), 0) as ticks,
       pg_total_relation_size('session_parts') as bytes from session_parts`,
    )
    return { rows: Number(rows[0]?.rows), ticks: Number(rows[0]?.ticks), bytes: Number(rows[0]?.bytes) }
  }

  async walBytes(): Promise<number> {
    const { rows } = await this.#client.query<{ bytes: string }>(
      `select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as bytes`,
    )
    return Number(rows[0]?.bytes)
  }

  close(): Promise<void> {
    return this.#client.end()
  }
}
