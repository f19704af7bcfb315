// What a test asks for when it needs a server: the run's Redis under a prefix of its own, or a database of its own.

import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'

const nameCharacters = 12

export type TestDatabase = { readonly url: string; readonly drop: () => Promise<void> }

/** The run's Redis: AOF on, `appendfsync always`, `noeviction`. Other tests use it at the same time: no FLUSHALL. */
export function testRedisUrl(): string {
  return provided('redisUrl', 'Redis')
}

/** A beginning for key names that no other test uses. */
export function freshKeyPrefix(): string {
  return `test-${uniqueName()}`
}

/** An empty database in the run's PostgreSQL, for this test alone. */
export function createTestDatabase(): Promise<TestDatabase> {
  return createDatabase(testPostgresUrl())
}

/** Of a user who may create databases. */
export function testPostgresUrl(): string {
  return provided('postgresUrl', 'PostgreSQL')
}

/** An empty database in this PostgreSQL. */
export async function createDatabase(adminUrl: string): Promise<TestDatabase> {
  const url = new URL(adminUrl)
  const name = `test_${uniqueName()}`
  await runStatement(adminUrl, `CREATE DATABASE ${name}`)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => runStatement(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}

/** Where tests that start servers themselves find the fetched programs. */
export function testServerWorkDir(): string {
  return provided('serverWorkDir', 'folder for server programs')
}

function provided(key: 'redisUrl' | 'postgresUrl' | 'serverWorkDir', what: string): string {
  const value = inject(key)
  if (value !== '') return value
  throw new Error(`This run has no ${what}: the suffix of a test file says what it needs (.redis.test.ts, .pg.test.ts)`)
}

function uniqueName(): string {
  return randomUUID().replaceAll('-', '').slice(0, nameCharacters)
}

async function runStatement(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
