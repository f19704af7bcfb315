/** What every Weir database has beside its accumulators. A migration is never edited after its release. */
import type { Layout } from '@weir/accumulator'
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { BASE_ENTRY, recordEntry } from '../layout-entries.ts'

export function bookkeeping(layout: Layout): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await sql`create table weir_layout (
        name text primary key,
        fingerprint text not null,
        layout text not null
      )`.execute(db)
      await sql`create table producer_marks (
        shard integer not null,
        producer text collate "C" not null,
        mark bigint not null,
        updated_at timestamptz not null default now(),
        primary key (shard, producer)
      ) with (fillfactor = 75)`.execute(db)
      await sql`create table accepted_counts (
        accumulator text collate "C" not null,
        period bigint not null,
        shard integer not null,
        origin uuid not null,
        accepted bigint not null,
        updated_at timestamptz not null default now(),
        primary key (accumulator, period, shard, origin)
      ) with (fillfactor = 75)`.execute(db)
      await sql`create table sync_runs (
        id bigint generated always as identity primary key,
        started_at timestamptz not null,
        accumulator text not null,
        rows bigint not null,
        updates bigint not null,
        rounds integer not null,
        duration_ms bigint not null,
        error text
      )`.execute(db)
      await recordEntry(db, BASE_ENTRY, layout.base)
    },
  }
}
