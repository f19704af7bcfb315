// Goal: with ENABLE_MEMORY_FIRST=false an answer means PostgreSQL, by a real one, also where it goes away and comes back.
import { connectPostgres, migrate } from '@weir/postgres'
import { createLogger } from '@weir/service'
import { createTestDatabase, FaultProxy, freshKeyPrefix, testRedisUrl } from '@weir/testkit'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { readIngestConfig } from './config.ts'
import { createIngestApp } from './ingest-app.ts'

const NOON_MS = 1_381_161_600_000

async function open() {
  await using opening = new AsyncDisposableStack()
  const database = await createTestDatabase()
  opening.defer(() => database.drop())
  const proxy = await FaultProxy.start(database.url)
  opening.defer(() => proxy[Symbol.asyncDispose]())
  const config = await readIngestConfig({
    REDIS_URL: testRedisUrl(),
    REDIS_KEY_PREFIX: freshKeyPrefix(),
    DATABASE_URL: proxy.url,
    ENABLE_MEMORY_FIRST: 'false',
    INGEST_PORT: '0',
  })
  const db = connectPostgres({
    url: database.url,
    poolMax: 2,
    statementTimeoutMs: 10_000,
    lockTimeoutMs: 5000,
    idleInTransactionTimeoutMs: 5000,
    connectionTimeoutMs: 5000,
  })
  opening.defer(() => db.destroy())
  const app = createIngestApp(config, createLogger({ name: 'test', level: 'silent' }))
  await app.start()
  opening.defer(() => app.stop())
  const held = opening.move()
  return {
    db,
    proxy,
    layout: config.layout,
    async send(symbols: readonly string[], sequence: number) {
      const body = JSON.stringify(
        symbols.map((symbol, index) => ({ symbol, price: 10, volume: 1, timestamp: NOON_MS + sequence + index })),
      )
      const headers = {
        'content-type': 'application/json',
        'weir-producer': 'feed',
        'weir-sequence': String(sequence),
      }
      const response = await fetch(`${app.url}/v1/ticks`, { method: 'POST', headers, body })
      return { status: response.status, body: await response.json() }
    },
    async ticks() {
      const { rows } = await sql<{ symbol: string; ticks: string }>`select symbol, ticks from sessions`.execute(db)
      return Object.fromEntries(rows.map(({ symbol, ticks }) => [symbol, Number(ticks)]))
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

it('ticks are in PostgreSQL when they are acknowledged, and a duplicate waits for them too', async () => {
  await using bench = await open()
  await migrate(bench.db, bench.layout)
  expect(await bench.send(['AAA', 'BBB', 'AAA'], 1)).toMatchObject({ status: 200, body: { accepted: 3 } })
  expect(await bench.ticks()).toEqual({ AAA: 2, BBB: 1 })
  const requests = Array.from({ length: 20 }, (_, index) => bench.send([`S${index}`], 4 + index))
  // Of one producer they come in any order: what leaves a gap is refused.
  const answers = await Promise.all(requests)
  const acknowledged = answers.flatMap(({ status }, index) => (status === 200 ? [`S${index}`] : []))
  expect(acknowledged.length).toBeGreaterThan(0)
  expect(Object.keys(await bench.ticks())).toEqual(expect.arrayContaining(acknowledged))

  bench.proxy.setMode({ kind: 'refuse' })
  bench.proxy.resetAll()
  const next = 4 + acknowledged.length
  const refused = await bench.send(['AAA', 'CCC'], next)
  expect(refused).toMatchObject({ status: 503, body: { error: { code: 'WEIR_NOT_IN_POSTGRES' } } })
  expect(await bench.send(['AAA', 'CCC'], next)).toMatchObject({ status: 503 })
  expect(await bench.ticks()).toMatchObject({ AAA: 2 })
  bench.proxy.setMode({ kind: 'pass' })
  expect(await bench.send(['AAA', 'CCC'], next)).toMatchObject({ status: 200, body: { accepted: 0, duplicates: 2 } })
  expect(await bench.ticks()).toMatchObject({ AAA: 3, CCC: 1 })
})

it('a database without tables is told at the first request, and its ticks land once it has them', async () => {
  await using bench = await open()
  expect(await bench.send(['AAA'], 1)).toMatchObject({
    status: 503,
    body: { error: { code: 'WEIR_NOT_IN_POSTGRES', message: expect.stringContaining('weir migrate') } },
  })
  await migrate(bench.db, bench.layout)
  expect(await bench.send(['AAA'], 1)).toMatchObject({ status: 200, body: { duplicates: 1 } })
  expect(await bench.ticks()).toEqual({ AAA: 1 })
})
