/**
 * How a store fails, classified once, where the driver's error is known: the callers act on the class, never on a message.
 */
export type StoreErrorCode =
  /** The server cannot be reached, or the connection broke: whether a call was carried out is unknown. */
  | 'WEIR_STORE_UNREACHABLE'
  /** The server refuses our credentials. */
  | 'WEIR_STORE_UNAUTHORIZED'
  /** Redis is out of memory, or PostgreSQL's disk is full: nothing was written. */
  | 'WEIR_STORE_FULL'
  /** A replica, or a server that lost its disk: nothing was written. */
  | 'WEIR_STORE_READ_ONLY'
  /** Shards, scales, zone, fields or codec differ from what the store was made with. */
  | 'WEIR_LAYOUT_CHANGED'
  /** The database has no tables of Weir, or older ones. */
  | 'WEIR_NOT_MIGRATED'
  /** Redis below 7.0, or an eviction policy that would lose rows. */
  | 'WEIR_STORE_UNSUITABLE'
  /** A deadlock, lock timeout or serialization failure: the same call may be repeated. */
  | 'WEIR_STORE_BUSY'
  /** The server refuses the call: repeating it does not help. */
  | 'WEIR_STORE_REFUSED'
  /** PostgreSQL refuses a row for what it holds: the rows beside it are not to blame, and nothing was written. */
  | 'WEIR_ROW_REFUSED'

export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }

  /** Whether the same call may succeed later, without anybody changing anything but the server's health. */
  get retryable(): boolean {
    return ['WEIR_STORE_UNREACHABLE', 'WEIR_STORE_FULL', 'WEIR_STORE_READ_ONLY', 'WEIR_STORE_BUSY'].includes(this.code)
  }
}
