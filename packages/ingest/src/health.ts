/** What `GET /health` of a pod says. */
import type { IngestHealth } from './create-ingest.ts'

/** What the hot store said of itself when the pod started. */
export interface HotStoreFacts {
  /** What its disk promises: `aof always`, `aof everysec`, `aof no`, `off`, or `unknown`. */
  readonly persistence: string
  readonly maxmemoryPolicy: string
}

const BYTES_A_MB = 1024 * 1024

export function describeHealth(health: IngestHealth, notReady: readonly string[], facts: HotStoreFacts): object {
  return {
    service: 'ingest',
    status: notReady.length === 0 ? 'ready' : 'not ready',
    reasons: notReady,
    // Rows that Redis holds for PostgreSQL, over all pods: what MAX_MEMORY_BUFFER_SIZE and MAX_DIRTY_ITEMS are held to.
    memory_buffer_size: health.dirtyItems,
    dirty_items_count: health.dirtyItems,
    oldest_dirty_age_seconds: health.oldestDirtyAgeSeconds,
    memory_usage_mb: Math.round(process.memoryUsage.rss() / BYTES_A_MB),
    redis_persistence: facts.persistence,
    maxmemory_policy: facts.maxmemoryPolicy,
    // Of this pod, since it started.
    requests: health.requests,
    accepted: health.accepted,
    duplicates: health.duplicates,
    rejected: health.rejected,
    unavailable: health.unavailable,
    unknown: health.unknown,
    pending_requests: health.pendingRequests,
    pending_ticks: health.pendingTicks,
  }
}
