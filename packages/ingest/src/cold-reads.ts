/**
 * What ingestion ever asks of PostgreSQL: marks and floors after a wipe, seeds of rows that Redis dropped. It never waits
 * long for them, and not again soon after PostgreSQL failed: ingestion goes on without.
 */
import type { ColdStore, RestoredShard, RowName, Seed } from '@weir/accumulator'
import type { Clock, Logger } from '@weir/service'
import { ColdGuard } from './cold-guard.ts'
import type { IngestLimits } from './ingest-limits.ts'

export type ColdReader = Pick<ColdStore, 'readRestored' | 'readSeeds'>

export interface ColdReadsDeps {
  /** Undefined: there is no PostgreSQL. */
  readonly cold: ColdReader | undefined
  readonly clock: Clock
  readonly log: Logger
  readonly limits: Pick<IngestLimits, 'restoreTimeoutMs' | 'restorePauseMs'>
}

export class ColdReads {
  readonly #deps: ColdReadsDeps
  readonly #restoring = new Map<number, Promise<RestoredShard | undefined>>()
  readonly #guard: ColdGuard

  constructor(deps: ColdReadsDeps) {
    this.#deps = deps
    this.#guard = new ColdGuard({
      clock: deps.clock,
      log: deps.log,
      timeoutMs: deps.limits.restoreTimeoutMs,
      timeoutSetting: 'RESTORE_TIMEOUT_SECONDS',
      pauseMs: deps.limits.restorePauseMs,
      consequence: 'ingestion goes on without, and may count a high or low again',
    })
  }

  /** Undefined where it cannot be had now. One read at a time a shard: its lanes share it. */
  readRestored(shard: number): Promise<RestoredShard | undefined> {
    const running = this.#restoring.get(shard)
    if (running !== undefined) return running
    const reading = this.#read(`marks and floors of shard ${shard}`, (cold) => cold.readRestored(shard))
    this.#restoring.set(shard, reading)
    return reading.finally(() => this.#restoring.delete(shard))
  }

  /** Undefined where they cannot be had now. */
  readSeeds(rows: readonly RowName[]): Promise<Seed[] | undefined> {
    return this.#read(`${rows.length} rows that Redis has dropped`, (cold) => cold.readSeeds(rows))
  }

  async #read<Result>(what: string, read: (cold: ColdReader) => Promise<Result>): Promise<Result | undefined> {
    const { cold, limits } = this.#deps
    if (cold === undefined || limits.restoreTimeoutMs === 0) return undefined
    return (await this.#guard.read(what, () => read(cold)))?.value
  }
}
