/**
 * Coverage of a shard: its producer marks and accepted counts as of a time T. They may stand in PostgreSQL once all that they
 * cover is there: once, in the same history, no row is dirty from before T. A mark written too early would, after a wipe of
 * Redis, make Weir take the ticks that were lost for duplicates. The origin alone does not tell the history: a Redis that
 * restarts without its last second has fewer dirty rows, and keeps its origin until the next tick comes.
 *
 * It is read before a round and written after it; and what is written lets periods go that are over and untouched.
 */
import {
  type Accumulator,
  type ColdStore,
  type Coverage,
  type DurabilityReceipt,
  type HotStore,
  type PeriodRecord,
  StoreError,
} from '@weir/accumulator'
import type { SyncLimits } from './sync-limits.ts'

export interface CoverageDeps {
  readonly hot: HotStore
  readonly cold: ColdStore
  readonly limits: SyncLimits
  readonly accumulators: readonly Accumulator[]
}

export interface CoverageReading {
  readonly coverage: Coverage
  /** Taken before it was read: breaks when Redis restarts, or its data is replaced. */
  readonly receipt: DurabilityReceipt
}

export interface CoverageReport {
  /** Whether marks and accepted counts stand in PostgreSQL as of the time before the round. */
  readonly isWritten: boolean
  readonly dropped: number
}

/** What one worker knows of a shard in one history. */
interface ShardHistory {
  readonly origin: string
  /** Read before an earlier round, and not proved yet. */
  pending: CoverageReading | undefined
  /** What this worker has written, so that only what differs is written again. */
  readonly marks: Map<string, number>
  readonly accepted: Map<string, number>
}

const US_PER_MS = 1000
/** A snapshot that is only a receipt. */
const NO_ROWS = { rowsMax: 0, skip: 0, only: [] }

export class CoverageKeeper {
  readonly #deps: CoverageDeps
  readonly #accumulators: ReadonlyMap<string, Accumulator>
  readonly #histories = new Map<number, ShardHistory>()

  constructor(deps: CoverageDeps) {
    this.#deps = deps
    this.#accumulators = new Map(deps.accumulators.map((accumulator) => [accumulator.name, accumulator]))
  }

  /**
   * Before a round: the coverage that the round may prove; undefined where the shard knows no history. Where a pod had to
   * open an empty shard without PostgreSQL, it first gives Redis back what PostgreSQL knows.
   */
  async read(shard: number): Promise<CoverageReading | undefined> {
    const { hot, accumulators } = this.#deps
    const { origin, restored } = await hot.readDepth(shard)
    if (origin === undefined) return undefined
    if (!restored) await this.#restore(shard)
    if (this.#histories.get(shard)?.origin !== origin) {
      this.#histories.set(shard, { origin, pending: undefined, marks: new Map(), accepted: new Map() })
    }
    const { receipt } = await hot.snapshot(shard, accumulators[0]?.name ?? '', NO_ROWS)
    return { coverage: await hot.readCoverage(shard), receipt }
  }

  /** After a round: writes what is proved by now, drops what may go, and forgets the lanes of pods that are gone. */
  async settle(shard: number, read: CoverageReading | undefined): Promise<CoverageReport> {
    const { hot, limits } = this.#deps
    const history = this.#histories.get(shard)
    if (history === undefined || read === undefined) return { isWritten: false, dropped: 0 }
    const proved = await this.#proved(shard, [read, history.pending])
    if (proved !== undefined) await this.#write(shard, history, proved.coverage)
    if (proved !== read) await this.#writeCleanPeriods(shard, history, read.coverage)
    history.pending = await this.#stillPending(read, history.pending, proved)
    await hot.forgetLanes(shard, limits.laneIdleMs * US_PER_MS)
    return { isWritten: proved === read, dropped: await this.#drop(shard, history, read.coverage) }
  }

  /** Lets everything be written again: PostgreSQL may have lost it. */
  forgetWritten(): void {
    for (const { marks, accepted } of this.#histories.values()) {
      marks.clear()
      accepted.clear()
    }
  }

  /** A full Redis is to be drained first: then this waits for a later round. */
  async #restore(shard: number): Promise<void> {
    const { hot, cold } = this.#deps
    try {
      await hot.restore(shard, await cold.readRestored(shard))
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'WEIR_STORE_FULL') throw error
    }
  }

  /** The first of these, newest first, all of which is in PostgreSQL. */
  async #proved(
    shard: number,
    candidates: readonly (CoverageReading | undefined)[],
  ): Promise<CoverageReading | undefined> {
    const { hot } = this.#deps
    const { origin, oldestDirtyUs = Number.POSITIVE_INFINITY } = await hot.readDepth(shard)
    for (const candidate of candidates) {
      if (candidate === undefined || candidate.coverage.origin !== origin) continue
      if (oldestDirtyUs <= candidate.coverage.timeUs) continue
      // Asked after the depth, which is of the same history then. A mark without rows, of a producer's home, waits for no row's
      // barrier: so what the coverage saw must itself be on the disk.
      const { kind } = await hot.durabilityOf(candidate.receipt)
      if (kind === 'durable' || kind === 'unpromised') return candidate
    }
    return undefined
  }

  /** An older coverage is proved sooner, so it is not replaced by a newer one before its turn, unless it never can be. */
  async #stillPending(
    read: CoverageReading,
    pending: CoverageReading | undefined,
    proved: CoverageReading | undefined,
  ): Promise<CoverageReading | undefined> {
    if (proved === read) return undefined
    if (pending === undefined || proved === pending) return read
    const isBroken = (await this.#deps.hot.durabilityOf(pending.receipt)).kind === 'broken'
    return isBroken ? read : pending
  }

  async #write(shard: number, { marks, accepted }: ShardHistory, coverage: Coverage): Promise<void> {
    const changedMarks = [...coverage.marks].filter(([producer, mark]) => marks.get(producer) !== mark)
    const changedPeriods = coverage.periods.filter((record) => accepted.get(recordKey(record)) !== record.accepted)
    if (changedMarks.length > 0 || changedPeriods.length > 0) {
      const changed = { ...coverage, marks: new Map(changedMarks), periods: changedPeriods }
      await this.#deps.cold.writeCoverage(shard, changed)
    }
    replace(marks, coverage.marks)
    replace(accepted, new Map(coverage.periods.map((record) => [recordKey(record), record.accepted])))
  }

  /**
   * A period of which nothing was dirty when its count was read is in PostgreSQL whole, whatever else of the shard is not: so a
   * row in quarantine holds back marks, and the count of its own period, and keeps no other period from being dropped.
   */
  async #writeCleanPeriods(shard: number, { accepted }: ShardHistory, coverage: Coverage): Promise<void> {
    const dirty = new Set(coverage.periods.filter((record) => record.dirty > 0).map(periodKey))
    const clean = coverage.periods.filter((record) => !dirty.has(periodKey(record)))
    const changed = clean.filter((record) => accepted.get(recordKey(record)) !== record.accepted)
    if (changed.length === 0) return
    await this.#deps.cold.writeCoverage(shard, { ...coverage, marks: new Map(), periods: changed })
    for (const record of changed) accepted.set(recordKey(record), record.accepted)
  }

  /** Redis checks everything itself; what is asked here is only what has a chance. */
  async #drop(shard: number, { accepted }: ShardHistory, { periods, timeUs }: Coverage): Promise<number> {
    const { hot, limits } = this.#deps
    const idleUs = limits.periodIdleMs * US_PER_MS
    let dropped = 0
    for (const record of periods) {
      const endUs = this.#accumulators.get(record.accumulator)?.clock.endUs(record.period)
      if (endUs === undefined || record.dirty > 0 || accepted.get(recordKey(record)) !== record.accepted) continue
      // A record set aside is of an older history: it goes as soon as its count is written.
      if (!record.aside && (endUs > timeUs || record.touchedUs + idleUs > timeUs)) continue
      if (dropped >= limits.dropsMax) break
      if (await hot.drop(shard, { record, idleUs, endUs })) dropped += 1
    }
    return dropped
  }
}

/** Of the record of its present history and of those set aside: the live one counts the dirty rows of all. */
function periodKey({ accumulator, period }: PeriodRecord): string {
  return `${accumulator}:${period}`
}

/** Names a period's record among all of a shard. */
export function recordKey({ accumulator, period, origin }: PeriodRecord): string {
  return `${accumulator}:${period}:${origin}`
}

function replace<K, V>(target: Map<K, V>, source: ReadonlyMap<K, V>): void {
  target.clear()
  for (const [key, value] of source) target.set(key, value)
}
