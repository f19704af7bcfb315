/**
 * Producer marks and accepted counts, by max: what stands here is never lowered, and a repeat writes nothing. A count whose
 * origin was compacted since is in the compacted one.
 */
import { type Coverage, originToUuid, type PeriodRecord } from '@weir/accumulator'
import { sql } from 'kysely'
import type { Postgres } from './connect-postgres.ts'
import { POSTGRES_LIMITS } from './limits.ts'
import { countOf } from './read-row.ts'

/** Any part of it may be written without the rest, so each statement is a transaction, in the order of its primary key. */
export async function writeCoverage(db: Postgres, shard: number, { marks, periods }: Coverage): Promise<void> {
  for (const page of pages([...marks])) await writeMarks(db, shard, page)
  for (const page of pages(uniqueRecords(periods))) await writeCounts(db, shard, page)
}

export async function readMarks(db: Postgres, shard: number): Promise<Map<string, number>> {
  const rows = await db.selectFrom('producer_marks').select(['producer', 'mark']).where('shard', '=', shard).execute()
  return new Map(rows.map(({ producer, mark }) => [producer, countOf(mark)]))
}

async function writeMarks(db: Postgres, shard: number, marks: readonly (readonly [string, number])[]): Promise<void> {
  const producers = marks.map(([producer]) => producer)
  const numbers = marks.map(([, mark]) => mark)
  await sql`insert into producer_marks as m (shard, producer, mark)
    select ${shard}::integer, s.producer, s.mark
    from unnest(${producers}::text[], ${numbers}::bigint[]) as s (producer, mark)
    order by s.producer collate "C"
    on conflict (shard, producer) do update set mark = excluded.mark, updated_at = now()
    where excluded.mark > m.mark`.execute(db)
}

async function writeCounts(db: Postgres, shard: number, records: readonly PeriodRecord[]): Promise<void> {
  const accumulators = records.map(({ accumulator }) => accumulator)
  const periods = records.map(({ period }) => period)
  const origins = records.map(({ origin }) => originToUuid(origin))
  const accepted = records.map((record) => record.accepted)
  await sql`insert into accepted_counts as c (accumulator, period, shard, origin, accepted)
    select s.accumulator, s.period, ${shard}::integer, s.origin, s.accepted
    from unnest(${accumulators}::text[], ${periods}::bigint[], ${origins}::uuid[], ${accepted}::bigint[])
      as s (accumulator, period, origin, accepted)
    where case when s.period > coalesce((select max(c.period) from compacted_parts as c where c.accumulator = s.accumulator), s.period - 1)
      then true else not exists (
        select from compacted_parts as c
        where c.accumulator = s.accumulator and c.period = s.period and s.origin = any(c.origins))
      end
    order by s.accumulator collate "C", s.period, s.origin
    on conflict (accumulator, period, shard, origin) do update set accepted = excluded.accepted, updated_at = now()
    where excluded.accepted > c.accepted`.execute(db)
}

/** A statement may name a row once: of two records of one history, the larger count. */
function uniqueRecords(periods: readonly PeriodRecord[]): PeriodRecord[] {
  const unique = new Map<string, PeriodRecord>()
  for (const next of periods) {
    const name = `${next.accumulator}:${next.period}:${next.origin}`
    const seen = unique.get(name)
    if (seen === undefined || next.accepted > seen.accepted) unique.set(name, next)
  }
  return [...unique.values()]
}

function pages<T>(items: readonly T[]): T[][] {
  const { coverageRowsMax } = POSTGRES_LIMITS
  const count = Math.ceil(items.length / coverageRowsMax)
  return Array.from({ length: count }, (_, page) => items.slice(page * coverageRowsMax, (page + 1) * coverageRowsMax))
}
