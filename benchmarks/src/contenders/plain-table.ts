/** The table of those who write to PostgreSQL without Weir: a row a symbol. */
import type pg from 'pg'
import type { Counted } from './contender.ts'

export const PLAIN_TABLE = 'plain_sessions'

export async function createPlainTable(client: pg.Client | undefined): Promise<void> {
  await client?.query(`drop table if exists ${PLAIN_TABLE}`)
  await client?.query(`create table ${PLAIN_TABLE} (
    symbol text primary key, ticks bigint, volume bigint, notional numeric,
    open numeric, high numeric, low numeric, close numeric) with (fillfactor = 70)`)
}

export async function countedInPlainTable(client: pg.Client | undefined): Promise<Counted> {
  const result = await client?.query<{ ticks: string; volume: string }>(
    `select coalesce(sum(ticks), 0) as ticks, coalesce(sum(volume), 0) as volume from ${PLAIN_TABLE}`,
  )
  const row = result?.rows[0]
  return { ticks: Number(row?.ticks), volume: Number(row?.volume) }
}
