/** What the simulated PostgreSQL runs on: its twin in memory, or a real one. */
import type { ColdStore } from '@weir/accumulator'

export interface DatabaseServer {
  readonly store: ColdStore
  /** Keeps what is committed now, in place of any earlier backup. */
  takeBackup(): Promise<void>
  /** Commits since the backup are lost. */
  putBackupBack(): Promise<void>
  /** Refuses rows of this key from now on, of no other; undefined: of none. */
  refuse(key: string | undefined): Promise<void>
}
