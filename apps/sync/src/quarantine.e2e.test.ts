// Goal: a row that a real PostgreSQL refuses holds up no other row and no job, is told, and lands when it may.
import { requestSync } from '@weir/sync'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { symbols, ticksOf } from './testing/feed-ticks.ts'
import { eventually, openSyncBench, type SyncBench } from './testing/sync-bench.ts'

const CALM = { SESSION_ACCUMULATION_INTERVAL: '3600' }

function request({ redisUrl, keyPrefix }: SyncBench) {
  return { queueRedisUrl: redisUrl, prefix: keyPrefix, accumulator: 'sessions', timeoutMs: 20_000 }
}

async function quarantine({ hot, layout }: SyncBench) {
  const shards = Array.from({ length: layout.shards }, (_, shard) => hot.readQuarantine(shard, 'sessions'))
  return (await Promise.all(shards)).flat()
}

async function openCalmBench(): Promise<SyncBench> {
  const bench = await openSyncBench()
  const app = bench.app(await bench.config(CALM))
  await app.start()
  // What the schedulers begin on their start is over.
  await requestSync(request(bench))
  return bench
}

it('one row of a thousand that a constraint refuses goes into quarantine, and 999 land by the same job', async () => {
  await using bench = await openSyncBench()
  const app = bench.app(await bench.config(CALM))
  await app.start()
  await requestSync(request(bench))
  await sql`alter table session_parts add constraint no_sym500 check (symbol <> 'SYM500')`.execute(bench.db)
  const all = symbols(1000)
  await bench.feed(all.flatMap((symbol) => ticksOf(symbol, 1)))
  expect(await requestSync(request(bench))).toMatchObject({ rows: 999, quarantined: 1 })
  expect(Object.keys(await bench.ticksInPostgres())).toHaveLength(999)
  const [entry] = await quarantine(bench)
  expect(entry).toMatchObject({
    key: 'SYM500',
    refusal: { code: '23514', message: expect.stringContaining('no_sym500') },
  })
  await eventually(async () => {
    const health = await fetch(`${app.url}/health`).then((response) => response.json())
    expect(health).toMatchObject({ status: 'degraded', quarantined_items_count: 1, sync_failure_count: 0 })
  })
  const queue = await fetch(`${app.url}/queues/api/queues?activeQueue=weir-sync`).then((response) => response.json())
  expect(queue).toMatchObject({ queues: [{ counts: { failed: 0 } }] })

  await bench.feed(ticksOf('SYM500', 2, 1))
  expect(await requestSync(request(bench))).toMatchObject({ rows: 0, quarantined: 1 })
  await sql`alter table session_parts drop constraint no_sym500`.execute(bench.db)
  expect(await requestSync(request(bench))).toMatchObject({ rows: 1, quarantined: 0 })
  expect(await bench.ticksInPostgres()).toMatchObject({ SYM500: 3 })
  expect(await quarantine(bench)).toEqual([])
  expect(await bench.dirtyRows()).toBe(0)
})

it('several bad rows, each for a reason of its own, are told apart', async () => {
  await using bench = await openCalmBench()
  await sql`create function refuse_bbb() returns trigger language plpgsql as
    $$ begin if new.symbol = 'BBB' then raise exception 'BBB is delisted'; end if; return new; end $$`.execute(bench.db)
  await sql`create trigger refuse_bbb before insert or update on session_parts
    for each row execute function refuse_bbb()`.execute(bench.db)
  await sql`create unique index one_big on session_parts ((volume > 9000)) where volume > 9000`.execute(bench.db)
  const many = symbols(50).flatMap((symbol) => ticksOf(symbol, 1))
  await bench.feed([...many, ...ticksOf('BBB', 1), ...ticksOf('CCC', 1000), ...ticksOf('DDD', 1000)])
  expect(await requestSync(request(bench))).toMatchObject({ rows: 51, quarantined: 2 })
  const told = (await quarantine(bench)).map(({ key, refusal }) => `${key} ${refusal?.code}`).toSorted()
  expect(told).toEqual(['BBB P0001', expect.stringMatching(/^(CCC|DDD) 23505$/)])
})

it('a table that takes no row makes the job fail with what is wrong, and quarantines none', async () => {
  await using bench = await openCalmBench()
  await sql`alter table session_parts add constraint nothing check (ticks < 0)`.execute(bench.db)
  await bench.feed(symbols(200).flatMap((symbol) => ticksOf(symbol, 1)))
  await expect(requestSync(request(bench))).rejects.toMatchObject({
    code: 'WEIR_SYNC_FAILED',
    message: expect.stringMatching(/refused more than 20 rows in one round.*the table.*"nothing"/),
  })
  expect(await quarantine(bench)).toEqual([])
  expect(await bench.dirtyRows()).toBe(200)
  await sql`alter table session_parts drop constraint nothing`.execute(bench.db)
  expect(await requestSync(request(bench))).toMatchObject({ rows: 200 })
})

it('what is wrong with the table or the rights is no fault of a row', async () => {
  await using bench = await openCalmBench()
  await bench.feed(symbols(20).flatMap((symbol) => ticksOf(symbol, 1)))
  await sql`alter table session_parts rename to elsewhere`.execute(bench.db)
  await expect(requestSync(request(bench))).rejects.toMatchObject({ code: 'WEIR_SYNC_FAILED' })
  await sql`alter table elsewhere rename to session_parts`.execute(bench.db)
  await sql`alter table session_parts rename column volume to v`.execute(bench.db)
  await expect(requestSync(request(bench))).rejects.toMatchObject({ code: 'WEIR_SYNC_FAILED' })
  await sql`alter table session_parts rename column v to volume`.execute(bench.db)
  expect(await quarantine(bench)).toEqual([])
  expect(await requestSync(request(bench))).toMatchObject({ rows: 20, quarantined: 0 })
})
