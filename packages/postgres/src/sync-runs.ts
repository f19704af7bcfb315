/** The record of sync runs: when, how much, how long, and what went wrong. Old ones are deleted along the way. */
import type { SyncRun } from '@weir/accumulator'
import { sql } from 'kysely'
import type { Postgres } from './connect-postgres.ts'
import { POSTGRES_LIMITS } from './limits.ts'
import { countOf } from './read-row.ts'

export interface RecordedRun extends SyncRun {
  /** Grows from run to run. */
  readonly id: number
}

export async function recordRun(db: Postgres, run: SyncRun): Promise<void> {
  const { id } = await db
    .insertInto('sync_runs')
    .values({
      started_at: new Date(run.startedAtMs),
      accumulator: run.accumulator,
      rows: run.rows,
      updates: run.updates,
      rounds: run.rounds,
      duration_ms: Math.round(run.durationMs),
      error: run.error ?? null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  if (Number(id) % POSTGRES_LIMITS.runsPruneEvery === 0) await pruneRuns(db, Number(id))
}

/** The latest runs first. */
export async function readRuns(db: Postgres, runsMax: number): Promise<RecordedRun[]> {
  const rows = await db
    .selectFrom('sync_runs')
    .select(['id', 'accumulator', 'rows', 'updates', 'rounds', 'duration_ms', 'error'])
    // As a number: how a timestamp reads as text is a setting of the database.
    .select(sql<string>`(extract(epoch from started_at) * 1000)::bigint`.as('started_ms'))
    .orderBy('id', 'desc')
    .limit(Math.min(runsMax, POSTGRES_LIMITS.runsReadMax))
    .execute()
  return rows.map((row) => ({
    id: countOf(row.id),
    accumulator: row.accumulator,
    startedAtMs: countOf(row.started_ms),
    durationMs: countOf(row.duration_ms),
    rows: countOf(row.rows),
    updates: countOf(row.updates),
    rounds: row.rounds,
    error: row.error ?? undefined,
  }))
}

/** Ids and times grow together, so what is deleted is the table's oldest part. */
async function pruneRuns(db: Postgres, newestId: number): Promise<void> {
  const { runsKept, runsKeptDays } = POSTGRES_LIMITS
  await sql`delete from sync_runs
    where id <= ${newestId - runsKept}::bigint or started_at < now() - ${runsKeptDays}::integer * interval '1 day'`.execute(
    db,
  )
}
