/**
 * Quarantine: rows that PostgreSQL refuses for what they hold. They stay in the hot store, dirty, so that nothing that covers
 * them is taken for written; but rounds pass them over, so that they hold up no other row.
 */

/** A row as it is stored: the field is its key, or the key and origin of a row set aside. */
export interface StoredRowName {
  readonly period: number
  readonly field: string
}

export interface QuarantineRequest {
  readonly rows: readonly RefusedRow[]
  /** How many rows of the accumulator may be in quarantine in a shard; the others stay where they are. */
  readonly rowsMax: number
}

/** A row of a snapshot that PostgreSQL refuses for what it holds. */
export interface RefusedRow extends StoredRowName {
  readonly origin: string
  /** PostgreSQL's SQLSTATE, or the code of Weir's own error. */
  readonly code: string
  readonly message: string
}

/** What is in none of these is not dirty any more, or restarted under another origin since. */
export interface QuarantineOutcome {
  readonly added: number
  /** In quarantine already, and refused again. */
  readonly again: number
  /** Without room: they stay as they are. */
  readonly left: number
}

export interface QuarantinedRow extends StoredRowName {
  readonly key: string
  /** Up to when PostgreSQL has the row. */
  readonly dirtySinceUs: number
  /** Undefined where the record was removed by hand. */
  readonly refusal: Refusal | undefined
}

export interface Refusal {
  readonly code: string
  readonly message: string
  /** When it was refused first, and last. */
  readonly sinceUs: number
  readonly triedUs: number
  readonly tries: number
}
