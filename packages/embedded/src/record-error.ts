/** Thrown, or rejected with, where a record is not counted, or where that is not known. */

export type RecordErrorCode =
  /** The record cannot be right; the message says why. */
  | 'WEIR_RECORD_REJECTED'
  /** Nothing of the batch was counted; record it again, later if Redis was away. */
  | 'WEIR_NOT_COUNTED'
  /** Some, all or none of the batch was counted, or will be. */
  | 'WEIR_OUTCOME_UNKNOWN'
  /** Too much waits for Redis. */
  | 'WEIR_BUSY'
  | 'WEIR_CLOSED'

export class RecordError extends Error {
  override readonly name = 'RecordError'
  readonly code: RecordErrorCode

  constructor(code: RecordErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
