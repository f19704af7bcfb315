// Goal: the record of runs says what happened, and never grows without end.
import { createLayout, type SyncRun } from '@weir/accumulator'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PostgresColdStore } from './cold-store.ts'
import { POSTGRES_LIMITS } from './limits.ts'
import { type OpenDatabase, openTestDatabase } from './testing/open-test-database.ts'

const layout = createLayout({ shards: 1, accumulators: [] })
const run: SyncRun = {
  accumulator: 'sessions',
  startedAtMs: 1_900_000_000_123,
  durationMs: 17,
  rows: 1000,
  updates: 2 ** 40,
  rounds: 2,
  error: undefined,
}

let database: OpenDatabase
let store: PostgresColdStore

beforeAll(async () => {
  database = await openTestDatabase(layout)
  store = new PostgresColdStore(database.db, layout)
})
afterAll(() => database.close())

it('a run is read back as it was recorded, the latest first', async () => {
  await store.recordRun(run)
  await store.recordRun({ ...run, error: 'WEIR_STORE_FULL' })
  const [latest, before] = await store.readRuns(10)
  expect(latest).toMatchObject({ ...run, error: 'WEIR_STORE_FULL' })
  expect(before).toEqual({ ...run, id: (latest?.id ?? 0) - 1 })
  expect(await store.readRuns(1)).toHaveLength(1)
})

it('runs that are too old or too many go, the others stay', async () => {
  const { runsPruneEvery, runsKept, runsKeptDays } = POSTGRES_LIMITS
  await sql`truncate sync_runs restart identity`.execute(database.db)
  await sql`insert into sync_runs (started_at, accumulator, rows, updates, rounds, duration_ms)
    select now() - (case when n <= 10 then ${runsKeptDays + 1}::integer else 1 end) * interval '1 day', 'sessions', 1, 1, 1, 1
    from generate_series(1, ${runsPruneEvery - 1}::integer) as n`.execute(database.db)
  await store.recordRun(run)
  expect((await store.readRuns(1_000)).map(({ id }) => id).at(-1)).toBe(11)

  const next = runsKept + runsPruneEvery - (runsKept % runsPruneEvery)
  await sql`alter table sync_runs alter column id restart with ${sql.lit(next)}`.execute(database.db)
  await store.recordRun(run)
  expect((await store.readRuns(1_000)).map(({ id }) => id).at(-1)).toBe(next - runsKept + 1)
})
