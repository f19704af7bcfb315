/** What became of the requests since the pod started. */
import type { IngestAnswer } from './ingest-request.ts'

export interface IngestCounts {
  readonly requests: number
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: number
  /** Requests of which nothing was applied, for a reason of ours: Redis full, gone, too much dirty, a pod that stops. */
  readonly unavailable: number
  /** Requests that are in Redis, and were to wait for PostgreSQL in vain. */
  readonly unwritten: number
  /** Requests that were answered without knowing what was applied. */
  readonly unknown: number
}

export class IngestCounters {
  #counts: IngestCounts = {
    requests: 0,
    accepted: 0,
    duplicates: 0,
    rejected: 0,
    unavailable: 0,
    unwritten: 0,
    unknown: 0,
  }

  get counts(): IngestCounts {
    return this.#counts
  }

  add(answer: IngestAnswer): void {
    const counts = this.#counts
    // An answer given again counts nothing again.
    const ticks = answer.kind === 'counted' && !answer.repeated ? answer.counts : undefined
    this.#counts = {
      requests: counts.requests + 1,
      accepted: counts.accepted + (ticks?.accepted ?? 0),
      duplicates: counts.duplicates + (ticks?.duplicates ?? 0),
      rejected: counts.rejected + (ticks?.rejected ?? 0),
      unavailable: counts.unavailable + (answer.kind === 'unavailable' ? 1 : 0),
      unwritten: counts.unwritten + (answer.kind === 'unwritten' ? 1 : 0),
      unknown: counts.unknown + (answer.kind === 'unknown' ? 1 : 0),
    }
  }
}
