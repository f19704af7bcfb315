/** What the server is, asked once: its version must do, and `doctor` tells the rest. */
import { StoreError } from '@weir/accumulator'
import { sql } from 'kysely'
import type { Postgres } from './connect-postgres.ts'
import { POSTGRES_LIMITS } from './limits.ts'

export interface ServerFacts {
  /** 150018 is 15.18. */
  readonly versionNumber: number
  readonly version: string
  /** A standby, or a server that was made read-only. */
  readonly isReadOnly: boolean
  /** Off: a crash of the server may lose what it has confirmed. */
  readonly fsync: boolean
  /** Of this connection; never `off`. */
  readonly synchronousCommit: string
}

export async function readServerFacts(db: Postgres): Promise<ServerFacts> {
  const { rows } = await sql<Record<'number' | 'version' | 'readonly' | 'fsync' | 'commit', string>>`select
    current_setting('server_version_num') as number, current_setting('server_version') as version,
    current_setting('transaction_read_only') as readonly, current_setting('fsync') as fsync,
    current_setting('synchronous_commit') as commit`.execute(db)
  const [facts] = rows
  return {
    versionNumber: Number(facts?.number),
    version: facts?.version ?? '',
    isReadOnly: facts?.readonly === 'on',
    fsync: facts?.fsync === 'on',
    synchronousCommit: facts?.commit ?? '',
  }
}

export async function requireServer(db: Postgres): Promise<void> {
  const { versionNumber, version } = await readServerFacts(db)
  requireVersion(versionNumber, version)
}

export function requireVersion(versionNumber: number, version: string): void {
  if (versionNumber >= POSTGRES_LIMITS.serverVersionMin) return
  const least = POSTGRES_LIMITS.serverVersionMin / 10_000
  throw new StoreError('WEIR_STORE_UNSUITABLE', `PostgreSQL is ${version}; Weir needs ${least} or newer`)
}
