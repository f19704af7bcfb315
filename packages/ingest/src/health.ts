/** What `GET /health` of a pod says. */
import type { IngestHealth } from './create-ingest.ts'

/** What Redis says of itself. */
export interface HotStoreFacts {
  /** `aof always`, `aof everysec`, `no aof` … */
  readonly persistence: string
  readonly maxmemoryPolicy: string
  readonly usedMemoryBytes: number
}

const BYTES_A_MB = 1024 * 1024

/** `facts`: undefined while Redis cannot be asked. */
export function describeHealth(
  health: IngestHealth,
  notReady: readonly string[],
  facts: HotStoreFacts | undefined,
): object {
  return {
    status: notReady.length === 0 ? 'ok' : 'failing',
    not_ready: notReady,
    // Rows that Redis holds for PostgreSQL, over all pods: what MAX_MEMORY_BUFFER_SIZE and MAX_DIRTY_ITEMS limit.
    memory_buffer_size: health.dirtyItems,
    dirty_items_count: health.dirtyItems,
    oldest_dirty_age_seconds: health.oldestDirtyAgeSeconds,
    // Of Redis.
    memory_usage_mb: facts === undefined ? null : Math.round((10 * facts.usedMemoryBytes) / BYTES_A_MB) / 10,
    redis_persistence: facts?.persistence ?? null,
    maxmemory_policy: facts?.maxmemoryPolicy ?? null,
    // Of this pod, since it started.
    requests: health.requests,
    accepted: health.accepted,
    duplicates: health.duplicates,
    rejected: health.rejected,
    unavailable: health.unavailable,
    unwritten: health.unwritten,
    unknown: health.unknown,
    // Not acknowledged yet.
    pending_requests: health.pendingRequests,
    pending_ticks: health.pendingTicks,
  }
}
