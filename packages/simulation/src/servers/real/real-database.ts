/** A real PostgreSQL. Whoever opens it finds it empty. */
import type { ColdRow, ColdStore, Layout } from '@weir/accumulator'
import { type Postgres, PostgresColdStore } from '@weir/postgres'
import { sql } from 'kysely'
import type { DatabaseServer } from '../database-server.ts'
import { cutWhereItWaits } from './cut-statement.ts'

const BOOKKEEPING = ['producer_marks', 'accepted_counts', 'compacted_parts']

/** The schema that copies of the tables are kept in. */
const BACKUP = 'backup'

export class RealDatabase implements DatabaseServer {
  readonly store: ColdStore
  readonly #db: Postgres
  readonly #layout: Layout

  static async open(db: Postgres, layout: Layout): Promise<RealDatabase> {
    const database = new RealDatabase(db, layout)
    await sql`create schema if not exists ${sql.ref(BACKUP)}`.execute(db)
    await database.refuse(undefined)
    await database.#empty()
    return database
  }

  private constructor(db: Postgres, layout: Layout) {
    this.#db = db
    this.#layout = layout
    this.store = new PostgresColdStore(db, layout)
  }

  /** Another transaction holds the last row, so the upsert waits for it with all others written. */
  async cutUpsert(accumulator: string, shard: number, rows: readonly ColdRow[]): Promise<void> {
    const last = rows.reduce((a, b) => (b.period > a.period || (b.period === a.period && b.key > a.key) ? b : a))
    await cutWhereItWaits(this.#db, {
      hold: (transaction) => new PostgresColdStore(transaction, this.#layout).upsert(accumulator, shard, [last]),
      statement: () => this.store.upsert(accumulator, shard, rows),
    })
  }

  async takeBackup(): Promise<void> {
    for (const table of this.#tables) {
      await sql`drop table if exists ${sql.ref(`${BACKUP}.${table}`)}`.execute(this.#db)
      await sql`create table ${sql.ref(`${BACKUP}.${table}`)} as table ${sql.ref(table)}`.execute(this.#db)
    }
  }

  async putBackupBack(): Promise<void> {
    await this.#empty()
    for (const table of this.#tables)
      await sql`insert into ${sql.ref(table)} table ${sql.ref(`${BACKUP}.${table}`)}`.execute(this.#db)
  }

  /** A constraint of the table, which holds for rows that come from now on. */
  async refuse(key: string | undefined): Promise<void> {
    for (const table of this.#partTables) {
      await sql`alter table ${sql.ref(table)} drop constraint if exists poison`.execute(this.#db)
      if (key === undefined) continue
      const refused = sql`alter table ${sql.ref(table)} add constraint poison check (symbol <> ${sql.lit(key)}) not valid`
      await refused.execute(this.#db)
    }
  }

  get #partTables(): readonly string[] {
    return this.#layout.accumulators.map(({ table }) => table)
  }

  get #tables(): readonly string[] {
    return [...this.#partTables, ...BOOKKEEPING]
  }

  async #empty(): Promise<void> {
    await sql`truncate ${sql.join(this.#tables.map((table) => sql.ref(table)))}`.execute(this.#db)
  }
}
