/** The limits of ingestion, in one place. Those that an operator may set come from the environment; the others stand here. */
import { assert } from '@weir/accumulator'

export interface IngestLimits {
  /** The largest body, before and after gunzip. */
  readonly bodyBytesMax: number
  /** Bytes of all bodies that are being read or wait; more are refused. */
  readonly bodyBytesPendingMax: number
  /** How far ahead of the clock a tick may be. */
  readonly clockAheadMaxSeconds: number
  /** How old a tick may be; undefined: none is too old, it amends its period. */
  readonly tickAgeMaxSeconds: number | undefined
  /** How long the answer of an idempotency key is kept. */
  readonly idempotencyTtlMs: number
  /** Dirty rows in Redis above which requests are refused. */
  readonly dirtyItemsMax: number
  /** How long PostgreSQL may take to give marks, floors and seeds; 0: it is not asked. */
  readonly restoreTimeoutMs: number
  /** After PostgreSQL failed, or took too long, it is not asked again for this long. */
  readonly restorePauseMs: number
  /** How long Redis remembers the lane of a pod that is gone. Half of it is how long a pod resends. */
  readonly laneIdleMs: number
  /** When a request is answered that its outcome is unknown; the pod goes on with it. */
  readonly requestTimeoutMs: number
  /** Calls in flight to one shard. */
  readonly lanesMax: number
  /** What one call holds; a single request may exceed rows and bytes, and then goes alone. */
  readonly callSegmentsMax: number
  readonly callRowsMax: number
  readonly callBytesMax: number
  /** Requests and ticks that wait in the pod for Redis, over all shards; more are refused before anything is sent. */
  readonly pendingRequestsMax: number
  readonly pendingTicksMax: number
  /** How often the depth of the shards is read. */
  readonly depthIntervalMs: number
  /** The waits between two tries of a call that was not answered. */
  readonly retryBaseMs: number
  readonly retryMaxMs: number
  /** How long a graceful stop waits for Redis; what is in flight then has an unknown outcome. */
  readonly stopTimeoutMs: number
}

/** One script takes 2 to 3 µs of Redis's one thread a row: 5,000 rows keep others waiting for some 15 ms. */
export const INGEST_LIMITS: IngestLimits = {
  bodyBytesMax: 16 * 1024 * 1024,
  bodyBytesPendingMax: 256 * 1024 * 1024,
  clockAheadMaxSeconds: 60,
  tickAgeMaxSeconds: undefined,
  idempotencyTtlMs: 86_400_000,
  dirtyItemsMax: 5_000_000,
  restoreTimeoutMs: 2000,
  restorePauseMs: 30_000,
  laneIdleMs: 3_600_000,
  requestTimeoutMs: 30_000,
  lanesMax: 2,
  callSegmentsMax: 1000,
  callRowsMax: 5000,
  callBytesMax: 4 * 1024 * 1024,
  pendingRequestsMax: 10_000,
  pendingTicksMax: 2_000_000,
  depthIntervalMs: 1000,
  retryBaseMs: 50,
  retryMaxMs: 2000,
  stopTimeoutMs: 10_000,
}

/** The defaults with what an operator has set. */
export function ingestLimits(given: Partial<IngestLimits> = {}): IngestLimits {
  const limits = { ...INGEST_LIMITS, ...given }
  for (const [name, value] of Object.entries(limits)) {
    assert(value === undefined || (Number.isInteger(value) && value >= 0), `${name} is a whole number, 0 or more`)
  }
  assert(limits.lanesMax > 0 && limits.callSegmentsMax > 0, 'a shard has a lane, and a call a segment')
  assert(limits.requestTimeoutMs > 0 && limits.depthIntervalMs > 0 && limits.laneIdleMs > 0, 'times are positive')
  assert(limits.retryBaseMs > 0 && limits.retryBaseMs <= limits.retryMaxMs, 'waits grow from their base to their limit')
  return limits
}

/** A pod that resends longer than this could find its lane forgotten, and count twice. Half: the other half is for pauses. */
export function resendMaxMs(limits: IngestLimits): number {
  return limits.laneIdleMs / 2
}
