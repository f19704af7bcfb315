// Goal: what is wrong with a server or a network is told by its code, without the password, and one lost connection costs
// nothing but itself.
import { inspect } from 'node:util'
import { createLayout, StoreError } from '@weir/accumulator'
import { conformanceAccumulators, FaultProxy, freePort } from '@weir/testkit'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PostgresColdStore } from './cold-store.ts'
import { connectPostgres } from './connect-postgres.ts'
import { readServerFacts } from './server-facts.ts'
import { type OpenDatabase, openTestDatabase, testOptions } from './testing/open-test-database.ts'

const layout = createLayout({ shards: 4, accumulators: conformanceAccumulators })
let database: OpenDatabase

beforeAll(async () => {
  database = await openTestDatabase(layout)
})
afterAll(() => database.close())

async function failureAt(change: (url: URL) => void): Promise<StoreError> {
  const url = new URL(database.url)
  change(url)
  const db = connectPostgres(testOptions(url.href))
  const failure = await new PostgresColdStore(db, layout).readRestored(0).catch((error: unknown) => error)
  await db.destroy()
  expect(failure).toBeInstanceOf(StoreError)
  return failure as StoreError
}

function failureOf(attempt: () => unknown): StoreError {
  try {
    attempt()
  } catch (error) {
    return error as StoreError
  }
  throw new Error('it was expected to fail')
}

describe('a URL that does not work', () => {
  it('with a wrong password is unauthorized, and the message keeps the password to itself', async () => {
    const failure = await failureAt((url) => {
      url.password = 'sesame-sesame'
    })
    expect(failure).toMatchObject({ code: 'WEIR_STORE_UNAUTHORIZED', retryable: false })
    expect(inspect(failure)).not.toContain('sesame')
  })

  it('without a server behind it is unreachable, and names host and database', async () => {
    const port = await freePort()
    const failure = await failureAt((url) => {
      url.port = String(port)
    })
    expect(failure).toMatchObject({ code: 'WEIR_STORE_UNREACHABLE', retryable: true })
    expect(failure.message).toContain(`127.0.0.1:${port}/test_`)
  })

  it('of a host that does not exist is unreachable', async () => {
    const failure = await failureAt((url) => {
      url.hostname = 'nowhere.invalid'
    })
    expect(failure.code).toBe('WEIR_STORE_UNREACHABLE')
  })

  it('of a database that does not exist says to create it', async () => {
    const failure = await failureAt((url) => {
      url.pathname = '/nowhere'
    })
    expect(failure.code).toBe('WEIR_NOT_MIGRATED')
    expect(failure.message).toMatch(/database "nowhere" does not exist.*createdb/)
  })

  it('with TLS at a server without it is unsuitable', async () => {
    const failure = await failureAt((url) => url.searchParams.set('sslmode', 'verify-full'))
    expect(failure).toMatchObject({ code: 'WEIR_STORE_UNSUITABLE', retryable: false })
  })

  it.each(['nonsense', 'http://weir:sesame@localhost/weir', 'postgresql://weir:sesame@localhost:port/weir'])(
    'is told from one that fails, and not repeated: %s',
    (url) => {
      const failure = failureOf(() => connectPostgres(testOptions(url)))
      expect(failure.code).toBe('WEIR_STORE_UNSUITABLE')
      expect(inspect(failure)).not.toContain('sesame')
    },
  )
})

describe('a connection', () => {
  it('has its timeouts, isolation and name, and commits to disk where the database would not', async () => {
    const name = new URL(database.url).pathname.slice(1)
    await sql`alter database ${sql.id(name)} set synchronous_commit = off`.execute(database.db)
    await sql`alter database ${sql.id(name)} set default_transaction_isolation = 'serializable'`.execute(database.db)
    const db = connectPostgres({ ...testOptions(database.url), statementTimeoutMs: 7_000, lockTimeoutMs: 3_000 })
    const { rows } = await sql<Record<string, string>>`select
      current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
      current_setting('idle_in_transaction_session_timeout') as idle,
      current_setting('transaction_isolation') as isolation, current_setting('application_name') as name`.execute(db)
    expect(rows[0]).toEqual({ statement: '7s', lock: '3s', idle: '5s', isolation: 'read committed', name: 'weir' })
    expect(await readServerFacts(db)).toMatchObject({ synchronousCommit: 'on', isReadOnly: false })
    await db.destroy()
  })

  it('that is killed while idle is told to the log, and the next call opens another', async () => {
    const told = Promise.withResolvers<object>()
    const db = connectPostgres({ ...testOptions(database.url), log: { warn: told.resolve } })
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)
    await sql`select pg_terminate_backend(${rows[0]?.pid}::integer)`.execute(database.db)
    expect(await told.promise).toMatchObject({ err: { code: 'WEIR_STORE_UNREACHABLE' } })
    const shown = inspect(await told.promise, { depth: Infinity, showHidden: true })
    expect(shown).not.toContain(decodeURIComponent(new URL(database.url).password))
    expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }])
    await db.destroy()
  })

  it('whose replies stop coming is given up in time, and does not poison the pool', async () => {
    const proxy = await FaultProxy.start(database.url)
    const timeouts = { statementTimeoutMs: 200, lockTimeoutMs: 100, replyGraceMs: 100 }
    const db = connectPostgres({ ...testOptions(proxy.url), ...timeouts, poolMax: 2 })
    await sql`select 1`.execute(db)
    proxy.setMode({ kind: 'swallow-replies' })
    await expect(sql`select 1`.execute(db)).rejects.toMatchObject({ code: 'WEIR_STORE_UNREACHABLE' })
    proxy.setMode({ kind: 'pass' })
    expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }])
    await db.destroy()
    await proxy[Symbol.asyncDispose]()
  })

  it('that refuses its settings is closed, and does not take a place in the pool', async () => {
    const db = connectPostgres({
      ...testOptions(database.url),
      idleInTransactionTimeoutMs: 2 ** 40,
      poolMax: 2,
      connectionTimeoutMs: 500,
    })
    for (let attempt = 0; attempt < 3; attempt++) {
      await expect(sql`select 1`.execute(db)).rejects.toMatchObject({ code: 'WEIR_STORE_REFUSED' })
    }
    await db.destroy()
  })

  it('that never opens fails in time', async () => {
    const proxy = await FaultProxy.start(database.url)
    proxy.setMode({ kind: 'swallow-replies' })
    const db = connectPostgres({ ...testOptions(proxy.url), connectionTimeoutMs: 200 })
    await expect(sql`select 1`.execute(db)).rejects.toMatchObject({ code: 'WEIR_STORE_UNREACHABLE' })
    await db.destroy()
    await proxy[Symbol.asyncDispose]()
  })

  it('breaks off a statement that runs too long, which counts as busy', async () => {
    const db = connectPostgres({ ...testOptions(database.url), statementTimeoutMs: 150, lockTimeoutMs: 100 })
    await expect(sql`select pg_sleep(5)`.execute(db)).rejects.toMatchObject({ code: 'WEIR_STORE_BUSY' })
    await db.destroy()
  })
})
