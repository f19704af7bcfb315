/**
 * The port of the hot store: Redis, or memory in simulation. Each method is one atomic script. A method throws a
 * StoreError where the world fails; every expected outcome is a value. Times are µs of the store's own clock, made
 * monotonic within a shard; keys are texts; counts are integers below 2^53.
 */

import type { Deltas } from './deltas.ts'
import type { QuarantinedRow, QuarantineOutcome, QuarantineRequest } from './quarantine.ts'
import type { Row } from './row.ts'

export interface HotStore {
  /** Applies segments in order, each judged by its own mark. Nothing is written unless the outcome is `applied`. */
  apply(shard: number, call: ApplyCall): Promise<ApplyOutcome>
  /** After a wipe: joins marks and floors by max, and lets the next `apply` open the shard. Never restores a sum. */
  restore(shard: number, restored: RestoredShard): Promise<void>
  /** Reads the oldest dirty rows out of quarantine, or the named ones, in it or not; and makes one small write, which forces an fsync. */
  snapshot(shard: number, accumulator: string, request: SnapshotRequest): Promise<Snapshot>
  /** Whether the store's disk holds everything that the snapshot saw. Answers from the state of this moment. */
  durabilityOf(receipt: DurabilityReceipt): Promise<Durability>
  /**
   * Un-dirties the rows that are still byte for byte the snapshot's; re-scores the others to the snapshot's time, but in
   * another server's history than the snapshot's, whose rows may hold what the snapshot has not.
   */
  acknowledge(shard: number, accumulator: string, snapshot: Snapshot): Promise<Acknowledgement>
  /** Sets rows apart that PostgreSQL refuses: they stay dirty, and snapshots of the oldest pass them over. */
  quarantine(shard: number, accumulator: string, request: QuarantineRequest): Promise<QuarantineOutcome>
  /** The rows in quarantine, the longest dirty first; those of an older history too. */
  readQuarantine(shard: number, accumulator: string): Promise<QuarantinedRow[]>
  /** Marks and accepted counts, with the time up to which every dirty row must be synced before they may be written. */
  readCoverage(shard: number): Promise<Coverage>
  /** The present history, and how much is dirty in the shard since when, over all accumulators. */
  readDepth(shard: number): Promise<Depth>
  /** Drops a period that is clean, over, untouched for `idleUs`, and whose accepted count is the one given. */
  drop(shard: number, request: DropRequest): Promise<boolean>
  /** Forgets the lanes that no call has used for `idleUs`; gives their number. */
  forgetLanes(shard: number, idleUs: number): Promise<number>
  /** The last sequence number seen of a producer in a shard. */
  readMark(shard: number, producer: string): Promise<number | undefined>
  /** Claims an idempotency key before its request is applied, or tells what stands under it. */
  claimKey(shard: number, claim: KeyClaim): Promise<ClaimOutcome>
  /** Keeps the answer of a keyed request for its retries. */
  answerKey(shard: number, key: string, answer: string, ttlMs: number): Promise<void>
  /** Rows for people and for `verify`: those of the given fields, or one page of a period. */
  readRows(shard: number, accumulator: string, period: number, query: RowQuery): Promise<RowPage>
  /** Marks all rows of a period dirty, so that the next sync sends them again; gives their number. */
  markDirty(shard: number, accumulator: string, period: number): Promise<number>
}

export interface ApplyCall {
  /** 16 hex digits, new for every call and for every resend: the origin-to-be, should one be needed. */
  readonly candidate: string
  readonly lane: { readonly name: string; readonly sequence: number }
  readonly segments: readonly Segment[]
  /** What is known of rows that PostgreSQL may have and Redis not: read, or not readable now. */
  readonly seeds: Seeds
  /** Opens a wiped shard although nothing could be restored from PostgreSQL. */
  readonly openUnrestored: boolean
}

/** One request's part in a shard. */
export interface Segment {
  readonly mark: SegmentMark
  readonly parts: readonly SegmentPart[]
  /** Judged before the parts are merged. */
  readonly open?: readonly OpenEvents[]
}

export type SegmentMark =
  | { readonly kind: 'none' }
  /** Ticks `first` to `last` of a producer. Only the home shard refuses a gap. */
  | {
      readonly kind: 'producer'
      /** The shard's history in which the request was begun: in another, the segment is `moved`. Undefined: in any. */
      readonly origin?: string | undefined
      readonly name: string
      readonly first: number
      readonly last: number
      readonly home: boolean
    }
  /** A request under an idempotency key; the name holds key and digest of the body. */
  | { readonly kind: 'once'; readonly origin?: string | undefined; readonly name: string; readonly ttlMs: number }

/** The deltas of one accumulator and period, with the number of ticks in them counted apart from the rows. */
export interface SegmentPart {
  readonly accumulator: string
  readonly period: number
  readonly accepted: number
  readonly deltas: Deltas
}

/**
 * Events that were the first of their key in a batch, as a row with fields by direction takes them: the direction of each is
 * judged in the store, against the row that keeps the measure of the event before.
 */
export interface OpenEvents extends RowName {
  /** By event: the row that it is judged by, of the layout's reference. */
  readonly references: readonly { readonly period: number; readonly key: string }[]
  /** By event: what is judged, then what the fields by direction add up (see `directionalFields`); each as limbs high, low. */
  readonly values: readonly number[]
}

export type Seeds = { readonly kind: 'known'; readonly rows: readonly Seed[] } | { readonly kind: 'unavailable' }

/** A row that Redis dropped, as PostgreSQL's views have it; only what goes on under a new origin is used of it. */
export interface Seed extends RowName {
  /** Undefined where PostgreSQL has none either. */
  readonly row: Row | undefined
}

export interface RowName {
  readonly accumulator: string
  readonly period: number
  readonly key: string
}

export type ApplyOutcome =
  | {
      readonly kind: 'applied'
      readonly origin: string
      /** One a segment, in order. */
      readonly verdicts: readonly Verdict[]
      /** Dirty rows of the shard, over all accumulators, after the call. */
      readonly dirty: number
    }
  /** The shard knows no history: restore it, or say `openUnrestored`, and call again. */
  | { readonly kind: 'unopened' }
  /** Rows at or below a floor are absent: look for them in PostgreSQL and call again with `seeds`. */
  | { readonly kind: 'unseeded'; readonly rows: readonly RowName[] }
  /** A sum would leave its range. */
  | { readonly kind: 'overflow'; readonly row: RowName; readonly field: string }
  /** A later call of the same lane was applied already: this one was abandoned by its sender. */
  | { readonly kind: 'stale' }

export type Verdict =
  | { readonly kind: 'applied' }
  | { readonly kind: 'duplicate' }
  /** Ticks up to `mark` were applied before: fold only those after it, and send them again. */
  | { readonly kind: 'overlap'; readonly mark: number }
  /** The request begins beyond `mark` + 1. */
  | { readonly kind: 'gap'; readonly mark: number }
  /** The request was begun in another history, which may have had other parts of it, or marks by which it was let through. */
  | { readonly kind: 'moved' }

export interface RestoredShard {
  readonly marks: ReadonlyMap<string, number>
  /** The newest period that PostgreSQL has, by accumulator. */
  readonly floors: ReadonlyMap<string, number>
}

export interface SnapshotRequest {
  readonly rowsMax: number
  /** How many of the oldest are in other snapshots of the same round already. */
  readonly skip: number
  /** Only these rows, where they are dirty. */
  readonly only?: readonly { readonly period: number; readonly key: string }[]
}

export interface Snapshot {
  readonly timeUs: number
  readonly rows: readonly SnapshotRow[]
  readonly receipt: DurabilityReceipt
  /** Dirty members whose row is gone: someone removed it by hand. */
  readonly missing: readonly string[]
  /** Dirty members whose row is not of this layout: someone changed it by hand. They stay dirty. */
  readonly unreadable: readonly string[]
}

export interface SnapshotRow {
  readonly period: number
  /** The key, or the key and origin of a row set aside. */
  readonly field: string
  readonly key: string
  readonly packed: Buffer
  readonly row: Row
}

/** What a store knew of its disk when the snapshot was taken; only the store reads it. */
export interface DurabilityReceipt {
  readonly takenAtUs: number
  readonly runId: string
  readonly replicationId: string
  readonly delayedFsyncs: number
}

export type Durability =
  | { readonly kind: 'durable' }
  /** Not yet proved; ask again after this long. */
  | { readonly kind: 'pending'; readonly waitMs: number }
  /** The history or the proof broke: drop the snapshot and take a new one. */
  | { readonly kind: 'broken'; readonly reason: string }
  /** Durability is off or cannot be read: the sync goes on, and says what is not promised. */
  | { readonly kind: 'unpromised'; readonly reason: string }

export interface Acknowledgement {
  readonly cleaned: number
  /** Rows that moved during the sync and stay dirty. */
  readonly moved: number
}

export interface Depth {
  /** Whether PostgreSQL has given back what it knows since the shard was empty. */
  readonly restored: boolean
  /** Undefined before the first `apply`. */
  readonly origin: string | undefined
  readonly timeUs: number
  /** Rows in quarantine are among them. */
  readonly dirty: Readonly<Record<string, number>>
  readonly quarantined: Readonly<Record<string, number>>
  /** The oldest of all, in quarantine or not: up to then PostgreSQL has the whole shard. */
  readonly oldestDirtyUs: number | undefined
  /** The oldest that the next round takes. */
  readonly oldestDrainableUs: number | undefined
  /** The newest period that was dropped, by accumulator. */
  readonly floors: Readonly<Record<string, number>>
}

export interface Coverage {
  readonly origin: string
  readonly timeUs: number
  readonly marks: ReadonlyMap<string, number>
  readonly periods: readonly PeriodRecord[]
}

/** The bookkeeping of one period in a shard, kept apart from its rows. */
export interface PeriodRecord {
  readonly accumulator: string
  readonly period: number
  readonly origin: string
  /** Ticks accepted into the period under this origin, counted by request. */
  readonly accepted: number
  readonly dirty: number
  readonly touchedUs: number
  /** Of an older history: kept until its count is in PostgreSQL. */
  readonly aside: boolean
}

export interface DropRequest {
  readonly record: PeriodRecord
  readonly idleUs: number
  /** The end of the period, in µs of event time: a period is dropped only when it is over. */
  readonly endUs: number
}

export interface KeyClaim {
  readonly key: string
  /** Digest of the request: path, content type and body. */
  readonly digest: string
  readonly ttlMs: number
}

export type ClaimOutcome =
  /** Ours to apply; `claimedAtMs` is the time of the first claim, at which its ticks are judged. */
  | { readonly kind: 'claimed'; readonly claimedAtMs: number }
  | { readonly kind: 'answered'; readonly answer: string }
  /** The key stands for another body. */
  | { readonly kind: 'mismatch' }

export type RowQuery =
  | { readonly kind: 'keys'; readonly keys: readonly string[] }
  | { readonly kind: 'page'; readonly cursor: string; readonly rowsMax: number }

export interface RowPage {
  readonly rows: readonly RowOfPage[]
  /** Fields whose row is not of this layout: someone changed it by hand. */
  readonly unreadable: readonly string[]
  /** '0' at the end. */
  readonly cursor: string
}

export interface RowOfPage {
  readonly field: string
  readonly key: string
  readonly row: Row
  readonly dirty: boolean
  /** Dirty, and refused by PostgreSQL. */
  readonly quarantined: boolean
}
