/** What `weir verify` finds: the shapes of its report, which `--json` prints as they are. */

/** One period of one accumulator in one shard: the unit that is read and judged at a time. */
export interface Place {
  readonly period: number
  readonly shard: number
}

/** Values are decimal text in human units; undefined where the field has none. */
export interface FieldDifference {
  readonly field: string
  readonly redis: string | undefined
  readonly postgres: string | undefined
}

export type RowFault =
  /** Redis holds the row as synced, PostgreSQL does not have it. */
  | 'missing'
  /** Redis holds the row as synced, PostgreSQL has an older state of it. */
  | 'behind'
  /** PostgreSQL has a newer state than Redis, although Redis's history is unbroken. */
  | 'ahead'
  /** Neither is an earlier state of the other: somebody changed one of them. */
  | 'different'
  /** PostgreSQL has the row, and Redis, which holds its period, has lost it. */
  | 'removed'
  /** What Redis holds under the key is no row. */
  | 'unreadable'

export interface RowGap extends Place {
  readonly kind: 'row'
  readonly accumulator: string
  /** The period as people write it. */
  readonly periodText: string
  readonly key: string
  readonly origin: string
  readonly fault: RowFault
  readonly fields: readonly FieldDifference[]
}

/** The rows of a place do not hold the ticks that were accepted into it. */
interface CountGap extends Place {
  readonly kind: 'count'
  readonly accumulator: string
  readonly periodText: string
  /** By the producer marks and period records, counted apart from the rows. */
  readonly accepted: number
  /** By the rows of Redis and PostgreSQL, joined. */
  readonly counted: number
}

export type Gap = RowGap | CountGap

/** Nothing is missing, but Redis no longer knows something: its history broke (wipe, failover, older backup). */
export interface Notice extends Place {
  readonly kind: 'row-ahead' | 'count-lost'
  readonly accumulator: string
  readonly periodText: string
  readonly key: string | undefined
  /** Ticks that PostgreSQL has beyond what Redis still knows of. */
  readonly ticks: number
}

export interface AccumulatorReport {
  readonly accumulator: string
  readonly periods: number
  readonly accepted: number
  readonly written: number
  /** Ticks in Redis that PostgreSQL does not have yet. */
  readonly pending: number
  /** Of the rows whose ticks are pending: PostgreSQL refuses them. */
  readonly quarantined: number
  /** Rows of Redis compared with their part, field by field. */
  readonly rowsCompared: number
  /** Gaps found, listed or not. */
  readonly gaps: number
  /** Places that took ticks while they were read, so that their count is known only within the ticks that came. */
  readonly moving: number
}

export interface VerifyReport {
  readonly accumulators: readonly AccumulatorReport[]
  /** At most GAPS_LISTED_MAX. */
  readonly gaps: readonly Gap[]
  readonly gapsTotal: number
  readonly notices: readonly Notice[]
  readonly noticesTotal: number
}
