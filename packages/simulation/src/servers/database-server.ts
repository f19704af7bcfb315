/** What the simulated PostgreSQL runs on: its twin in memory, or a real one. */
import type { ColdRow, ColdStore } from '@weir/accumulator'

export interface DatabaseServer {
  readonly store: ColdStore
  /** Keeps what is committed now, in place of any earlier backup. */
  takeBackup(): Promise<void>
  /** Commits since the backup are lost. */
  putBackupBack(): Promise<void>
  /** An upsert is cut when it has written rows, and before it commits: PostgreSQL takes back what it has done. */
  cutUpsert(accumulator: string, shard: number, rows: readonly ColdRow[]): Promise<void>
  /** Refuses rows of this key from now on, of no other; undefined: of none. */
  refuse(key: string | undefined): Promise<void>
}
