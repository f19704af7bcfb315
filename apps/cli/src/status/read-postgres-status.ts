/** What `weir status` tells of PostgreSQL: the server, how many rows, and the last syncs. */
import type { Layout } from '@weir/accumulator'
import { checkLayout, type Postgres, type RecordedRun, readRuns, readServerFacts } from '@weir/postgres'
import { sql } from 'kysely'

export interface PostgresStatus {
  readonly version: string
  readonly isReadOnly: boolean
  readonly accumulators: readonly ColdAccumulatorStatus[]
}

export interface ColdAccumulatorStatus {
  readonly accumulator: string
  /** Rows of the parts table: one a period, key and Redis history. */
  readonly rows: number
  /** A large table is not counted for this: `rows` is what PostgreSQL estimates. */
  readonly rowsAreEstimated: boolean
  readonly lastRun: LastRun | undefined
}

interface LastRun {
  readonly startedAt: string
  readonly rows: number
  readonly updates: number
  readonly durationMs: number
  readonly error: string | undefined
}

/** Counting takes about 50 ms for a million rows. */
const ROWS_COUNTED_MAX = 1_000_000
const RUNS_READ_MAX = 100

export async function readPostgresStatus(db: Postgres, layout: Layout): Promise<PostgresStatus> {
  await checkLayout(db, layout)
  const { version, isReadOnly } = await readServerFacts(db)
  const runs = await readRuns(db, RUNS_READ_MAX)
  const accumulators: ColdAccumulatorStatus[] = []
  for (const { name, table } of layout.accumulators) {
    const rows = await countRows(db, table)
    accumulators.push({ accumulator: name, ...rows, lastRun: lastRunOf(runs, name) })
  }
  return { version, isReadOnly, accumulators }
}

async function countRows(db: Postgres, table: string): Promise<{ rows: number; rowsAreEstimated: boolean }> {
  const estimate = await oneNumber(
    db,
    sql`select reltuples::bigint as value from pg_class where oid = to_regclass(${table})`,
  )
  if (estimate > ROWS_COUNTED_MAX) return { rows: estimate, rowsAreEstimated: true }
  return { rows: await oneNumber(db, sql`select count(*) as value from ${sql.table(table)}`), rowsAreEstimated: false }
}

async function oneNumber(db: Postgres, query: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await query.execute(db)
  return Number((rows[0] as { value: string | number } | undefined)?.value ?? 0)
}

/** Runs come latest first. */
function lastRunOf(runs: readonly RecordedRun[], accumulator: string): LastRun | undefined {
  const run = runs.find((candidate) => candidate.accumulator === accumulator)
  if (run === undefined) return undefined
  const { startedAtMs, rows, updates, durationMs, error } = run
  return { startedAt: new Date(startedAtMs).toISOString(), rows, updates, durationMs, error }
}
