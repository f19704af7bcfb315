// Goal: what PostgreSQL refuses can be seen, is counted where people look, and is written once it may be.
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { openWeir } from '../testing/open-weir.ts'
import { runWeir, weirSucceeds } from '../testing/run-weir.ts'

const TICKS = [
  'AAA,10,100,1381132800000',
  'BBB,20,100,1381132800000',
  'BBB,21,100,1381132801000',
  'CCC,30,100,1381132800000',
]

it('a refused row is listed with its error, pending for verify, and written by a retry once it may be', async () => {
  await using bench = await openWeir()
  const { env, db } = bench
  expect((await weirSucceeds(['quarantine', 'list'], env)).stdout).toBe('The quarantine is empty.\n')
  expect((await weirSucceeds(['quarantine', 'retry', '--json'], env)).json()).toEqual({ written: 0, refused: [] })
  await sql`alter table session_parts add constraint no_bbb check (symbol <> 'BBB')`.execute(db)
  expect((await bench.feed(TICKS)).status).toBe(200)
  const synced = await weirSucceeds(['sync'], env)
  expect(synced.stdout).toMatch(/^2 rows written.*PostgreSQL refuses 1 row, which is in quarantine/)

  const listed = await weirSucceeds(['quarantine', 'list', '--json'], env)
  const entry = { accumulator: 'sessions', period: '2013-10-07', key: 'BBB', code: '23514', isOlder: false }
  expect(listed.json()).toMatchObject({ rows: [{ ...entry, message: expect.stringContaining('no_bbb'), tries: 1 }] })
  expect((await weirSucceeds(['quarantine', 'list'], env)).stdout).toMatch(/sessions +2013-10-07 +BBB +\S+ +1 +23514/)
  expect((await weirSucceeds(['quarantine', 'list', '--symbol', 'AAA'], env)).stdout).toMatch(/is empty/)
  const verified = await weirSucceeds(['verify', '--json'], env)
  expect(verified.json()).toMatchObject({ ok: true, accumulators: [{ pending: 2, quarantined: 1, gaps: 0 }] })
  expect((await weirSucceeds(['status'], env)).stdout).toContain('PostgreSQL refuses 1 row of sessions')
  expect((await weirSucceeds(['inspect', 'BBB'], env)).stdout).toContain('in quarantine: PostgreSQL refuses it')

  const refused = await runWeir(['quarantine', 'retry', '--json'], env)
  expect(refused.code).toBe(1)
  expect(refused.json()).toMatchObject({ written: 0, refused: [{ ...entry, tries: 2 }] })
  await sql`alter table session_parts drop constraint no_bbb`.execute(db)
  const retried = await weirSucceeds(['quarantine', 'retry', '--symbol', 'BBB'], env)
  expect(retried.stdout).toBe('1 row written, 0 refused again.\n')
  expect((await weirSucceeds(['verify', '--json'], env)).json()).toMatchObject({ accumulators: [{ pending: 0 }] })
  expect((await sql`select ticks from sessions where symbol = 'BBB'`.execute(db)).rows).toEqual([{ ticks: '2' }])
})

it('an accumulator that there is not is named with those there are', async () => {
  await using bench = await openWeir()
  const failed = await runWeir(['quarantine', 'list', '--accumulator', 'nope'], bench.env)
  expect(failed).toMatchObject({ code: 2, stderr: expect.stringContaining('there is sessions') })
})
