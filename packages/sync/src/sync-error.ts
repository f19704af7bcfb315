/** How a sync as a whole fails, for the queue and for whoever asked for it. What failed inside is a StoreError, the cause. */
import { StoreError } from '@weir/accumulator'

export type SyncErrorCode =
  /** Some shards were not synced; what they hold stays in Redis, dirty. */
  | 'WEIR_SYNC_INCOMPLETE'
  /** No worker took the job: none runs, or all are busy. */
  | 'WEIR_SYNC_NOT_TAKEN'
  /** A worker took the job, and nothing was heard of it since. */
  | 'WEIR_SYNC_STALLED'
  /** The job failed, also on its retries. */
  | 'WEIR_SYNC_FAILED'
  /** The Redis of the queue cannot be reached. */
  | 'WEIR_QUEUE_UNREACHABLE'
  /** Asked for an accumulator that the worker does not have. */
  | 'WEIR_ACCUMULATOR_UNKNOWN'

export class SyncError extends Error {
  override readonly name = 'SyncError'
  readonly code: SyncErrorCode
  /** Whether the same sync may succeed later, without anybody changing anything but a server's health. */
  readonly retryable: boolean

  constructor(code: SyncErrorCode, message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.retryable = options.retryable
  }
}

export interface ShardFailure {
  readonly shard: number
  readonly error: Error
}

/** All failures of one accumulator as one error, which names the first. An error that is no StoreError is a bug: not retryable. */
export function incompleteError(accumulator: string, shards: number, failures: readonly ShardFailure[]): SyncError {
  const [first] = failures
  const failed = new Set(failures.map(({ shard }) => shard)).size
  return new SyncError(
    'WEIR_SYNC_INCOMPLETE',
    `${failed} of ${shards} shards of ${accumulator} were not synced in full, and their rows stay in Redis; shard ${first?.shard}: ${first?.error.message}`,
    { retryable: failures.some(({ error }) => error instanceof StoreError && error.retryable), cause: first?.error },
  )
}
