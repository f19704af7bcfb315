/** Writes the progress of a job, not more often than somebody can watch it, and the last of it at the end. */
import type { Clock } from '@weir/service'
import type { SyncJobProgress } from './sync-job.ts'

const INTERVAL_MS = 200

export interface ProgressWriter {
  report(progress: SyncJobProgress): void
  /** Writes what was held back. */
  flush(): Promise<void>
}

/** A failure to write is told to `onError`, and costs nothing else. */
export function progressWriter(
  write: (progress: SyncJobProgress) => Promise<void>,
  clock: Clock,
  onError: (error: Error) => void,
): ProgressWriter {
  let nextMs = Number.NEGATIVE_INFINITY
  let unwritten: SyncJobProgress | undefined
  const flush = async () => {
    const progress = unwritten
    unwritten = undefined
    if (progress !== undefined) await write(progress).catch(onError)
  }
  return {
    flush,
    report(progress) {
      unwritten = progress
      const nowMs = clock.monotonicMs()
      if (nowMs < nextMs) return
      nextMs = nowMs + INTERVAL_MS
      void flush()
    },
  }
}
