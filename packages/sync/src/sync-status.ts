/** What a sync worker knows of itself, for `/health`, `/readyz` and the log. */
import { StoreError } from '@weir/accumulator'
import type { AccumulatorReport } from './sync-accumulator.ts'

/** How much waits in Redis, over all shards. */
export interface DirtyDepth {
  readonly dirty: Readonly<Record<string, number>>
  readonly total: number
  /** Of the total: refused by PostgreSQL, and set apart. */
  readonly quarantined: number
  /** Of those that are not in quarantine. */
  readonly oldestDirtyAgeSeconds: number
}

/** What Redis says of itself; an app reads it. */
export interface HotDescription {
  /** As `aof always`, `aof everysec`, `off`. */
  readonly persistence: string
  readonly maxmemoryPolicy: string
  readonly usedMemoryBytes: number
}

export interface SyncHealth {
  /** `degraded`: the worker works, and something was refused; `failing`: it does not do its work. */
  readonly status: 'ok' | 'degraded' | 'failing' | 'disabled'
  readonly not_ready: readonly string[]
  readonly last_sync_success: string | null
  readonly sync_failure_count: number
  readonly last_error: { readonly at: string; readonly message: string } | null
  /** Dirty rows in Redis: what MAX_MEMORY_BUFFER_SIZE limits. Null while Redis cannot be asked. */
  readonly memory_buffer_size: number | null
  readonly dirty_items_count: number | null
  readonly dirty_items: Readonly<Record<string, number>>
  /** Of the dirty items: PostgreSQL refuses them. `weir quarantine list` says why. */
  readonly quarantined_items_count: number | null
  readonly oldest_dirty_age_seconds: number | null
  /** Of Redis. */
  readonly memory_usage_mb: number | null
  /** Updates that landed for each row written, since the worker started. */
  readonly write_reduction_ratio: number | null
  readonly rows_written: number
  readonly updates_landed: number
  readonly redis_persistence: string | null
  readonly maxmemory_policy: string | null
  /** `promised`, or why PostgreSQL may get ahead of Redis's disk. */
  readonly durability: string
}

const BYTES_PER_MB = 1_048_576

export class SyncStatus {
  #rows = 0
  #updates = 0
  #failures = 0
  #lastSuccessAtMs: number | undefined
  #lastError: { readonly atMs: number; readonly message: string } | undefined
  #unpromised: string | undefined
  /** Why the last round of an accumulator could not reach a store. */
  readonly #unreachable = new Map<string, string>()
  /** Accumulators whose last round left something that it should not. */
  readonly #incomplete = new Set<string>()
  #depth: DirtyDepth | undefined
  #depthFault: string | undefined

  roundEnded(report: AccumulatorReport, nowMs: number): void {
    this.#rows += report.rows
    this.#updates += report.updates
    if (report.snapshots > 0) this.#unpromised = report.unpromised
    this.#unreachable.delete(report.accumulator)
    this.#incomplete.delete(report.accumulator)
    const [first] = report.failures
    if (first === undefined) {
      this.#lastSuccessAtMs = nowMs
      return
    }
    this.failed(first.error, nowMs)
    this.#incomplete.add(report.accumulator)
    const unreachable = report.failures.find(({ error }) => error instanceof StoreError && error.retryable)
    if (unreachable !== undefined) this.#unreachable.set(report.accumulator, unreachable.error.message)
  }

  failed(error: Error, nowMs: number): void {
    this.#failures += 1
    this.#lastError = { atMs: nowMs, message: error.message }
  }

  sawDepth(depth: DirtyDepth): void {
    this.#depth = depth
    this.#depthFault = undefined
  }

  /** Redis could not be asked. */
  sawNoDepth(error: unknown): void {
    this.#depth = undefined
    this.#depthFault = error instanceof Error ? error.message : String(error)
  }

  /** Stores that could not be reached of late, a line each. */
  get unreachable(): string[] {
    const ofRounds = [...this.#unreachable].map(([accumulator, message]) => `${accumulator}: ${message}`)
    return this.#depthFault === undefined ? ofRounds : [`Redis: ${this.#depthFault}`, ...ofRounds]
  }

  get #isDegraded(): boolean {
    return this.#incomplete.size > 0 || (this.#depth?.quarantined ?? 0) > 0
  }

  health(isEnabled: boolean, notReady: readonly string[], hot: HotDescription | undefined): SyncHealth {
    const depth = this.#depth
    return {
      status: !isEnabled ? 'disabled' : notReady.length > 0 ? 'failing' : this.#isDegraded ? 'degraded' : 'ok',
      not_ready: notReady,
      last_sync_success: isoTime(this.#lastSuccessAtMs),
      sync_failure_count: this.#failures,
      last_error:
        this.#lastError === undefined
          ? null
          : { at: isoTime(this.#lastError.atMs) ?? '', message: this.#lastError.message },
      memory_buffer_size: depth?.total ?? null,
      dirty_items_count: depth?.total ?? null,
      dirty_items: depth?.dirty ?? {},
      quarantined_items_count: depth?.quarantined ?? null,
      oldest_dirty_age_seconds: depth?.oldestDirtyAgeSeconds ?? null,
      memory_usage_mb: hot === undefined ? null : round(hot.usedMemoryBytes / BYTES_PER_MB, 1),
      write_reduction_ratio: this.#rows === 0 ? null : round(this.#updates / this.#rows, 2),
      rows_written: this.#rows,
      updates_landed: this.#updates,
      redis_persistence: hot?.persistence ?? null,
      maxmemory_policy: hot?.maxmemoryPolicy ?? null,
      durability: this.#unpromised ?? 'promised',
    }
  }
}

function isoTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString()
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
