/** A statement that is cut, by the end of its backend, at the moment where it waits for another transaction. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Postgres } from '@weir/postgres'
import { sql } from 'kysely'

export interface CutStatement {
  /** What the statement will wait for. */
  readonly hold: (transaction: Postgres) => Promise<unknown>
  readonly statement: () => Promise<unknown>
}

const POLL_MS = 2

/** A statement that has no cause to wait, since it is refused or writes nothing, ends as it ends. */
export async function cutWhereItWaits(db: Postgres, { hold, statement }: CutStatement): Promise<void> {
  const holding = await db.startTransaction().execute()
  try {
    await hold(holding)
    let isRunning = true
    const ended = statement()
      .catch(() => undefined)
      .finally(() => {
        isRunning = false
      })
    while (isRunning && !(await endWaitingBackend(db))) await sleep(POLL_MS)
    await ended
  } catch {
    // What cannot be held is refused, and so is the statement.
  } finally {
    await holding.rollback().execute()
  }
}

async function endWaitingBackend(db: Postgres): Promise<boolean> {
  const { rows } = await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(db)
  return rows.length > 0
}
