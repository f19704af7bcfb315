/** Compacting the parts of a period into one a key: what can be compacted, and the transaction that does it. */
import { originFromUuid, originToUuid } from '@weir/accumulator'
import { CompiledQuery, sql } from 'kysely'
import type { CompactStatements } from './compile-compact.ts'
import type { Postgres } from './connect-postgres.ts'
import { POSTGRES_LIMITS } from './limits.ts'
import { countOf, type SqlRecord } from './read-row.ts'

/** A period with more parts than keys. */
export interface CompactablePeriod {
  readonly period: number
  readonly parts: number
  readonly keys: number
  /** Where its parts come from. */
  readonly shards: readonly number[]
  readonly origins: readonly string[]
  /** Since a part of it was last written, by PostgreSQL's clock. */
  readonly idleSeconds: number
}

export interface CompactableQuery {
  /** Only periods behind this one. */
  readonly after?: number | undefined
  /** The last period that belongs to it. */
  readonly last?: number | undefined
}

export type CompactOutcome =
  | { readonly kind: 'compacted'; readonly before: PartsSize; readonly after: PartsSize }
  /** These shards have accepted more ticks than their rows hold: `verify` is to tell what is missing, which a sum would hide. */
  | { readonly kind: 'gap'; readonly shards: readonly number[] }

export interface PartsSize {
  readonly parts: number
  /** Of the rows, with what is kept of their origins; what the files keep for reuse is not in it. */
  readonly bytes: number
}

/** At most `compactPeriodsMax`, the oldest first. */
export async function readCompactable(
  db: Postgres,
  statements: CompactStatements,
  { after, last }: CompactableQuery,
): Promise<CompactablePeriod[]> {
  const values = [after ?? null, last ?? null, POSTGRES_LIMITS.compactPeriodsMax]
  const { rows } = await db.executeQuery<SqlRecord>(CompiledQuery.raw(statements.candidates, values))
  return rows.map((record) => ({
    period: countOf(record._period),
    parts: countOf(record._parts),
    keys: countOf(record._keys),
    shards: record._shards as number[],
    origins: (record._origins as string[]).map(originFromUuid),
    idleSeconds: Number(record._idle),
  }))
}

/**
 * Compacts the parts of these origins, which must be final: no hot store holds a row of them in this period any more. Whoever writes
 * waits meanwhile, and then sees what was compacted; so this waits for a lock only shortly itself, and is then busy.
 */
export async function compactPeriod(
  db: Postgres,
  statements: CompactStatements,
  period: number,
  origins: readonly string[],
): Promise<CompactOutcome> {
  return db.transaction().execute(async (transaction) => {
    const run = async (text: string, ...values: unknown[]): Promise<SqlRecord[]> => {
      const { rows } = await transaction.executeQuery<SqlRecord>(CompiledQuery.raw(text, [period, ...values]))
      return rows
    }
    const readSize = async (): Promise<PartsSize> => {
      const [size] = await run(statements.size)
      return { parts: countOf(size?._parts), bytes: countOf(size?._bytes) }
    }
    await sql`select set_config('lock_timeout', ${String(POSTGRES_LIMITS.compactLockMs)}, true)`.execute(transaction)
    await sql.raw(statements.lock).execute(transaction)
    const gaps = await run(statements.gaps)
    if (gaps.length > 0) return { kind: 'gap', shards: gaps.map(({ _shard }) => Number(_shard)) }
    const before = await readSize()
    await run(statements.entries, origins.map(originToUuid))
    const [target] = await run(statements.target)
    await run(statements.compact)
    await run(statements.remove)
    if (target?._shard !== null) await run(statements.move, target?._shard)
    await run(statements.counts, target?._shard)
    await run(statements.removeCounts, target?._shard)
    return { kind: 'compacted', before, after: await readSize() }
  })
}
