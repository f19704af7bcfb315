/** Which parts were compacted into one, so that a snapshot of them that comes later is known. See docs/decisions/0011. */
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const compactedParts: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`create table compacted_parts (
      accumulator text collate "C" not null,
      period bigint not null,
      key text[] collate "C" not null,
      origins uuid[] not null,
      updates bigint[] not null,
      primary key (accumulator, period, key)
    )`.execute(db)
    await sql`create function weir_refuse_compacted(key text[], origin uuid, compacted bigint, sent bigint) returns boolean
      language plpgsql as $$
      begin
        raise exception 'the part of % under origin % was compacted with % updates, and comes with %: it cannot be told from what is compacted',
          key, origin, compacted, sent;
      end $$`.execute(db)
  },
}
