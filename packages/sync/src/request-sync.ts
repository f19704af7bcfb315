/**
 * Asks for a sync now, through the queue, and waits for it: `weir sync`, and writes that are answered after their sync. It polls
 * the job instead of listening to events: an event that is lost must not leave anybody waiting.
 */
import { type Clock, systemClock } from '@weir/service'
import { addSyncJob, openQueue, removeSyncJob, type SyncQueue, viewSyncJob } from './schedule.ts'
import { SyncError } from './sync-error.ts'
import type { SyncJobProgress, SyncJobRequest, SyncJobResult } from './sync-job.ts'

export interface SyncRequestOptions extends Pick<SyncJobRequest, 'accumulator' | 'symbol'> {
  readonly queueRedisUrl: string
  /** `REDIS_KEY_PREFIX`. */
  readonly prefix: string
  /** How long nothing may be heard of the job: neither that a worker took it, nor any progress. */
  readonly timeoutMs: number
  readonly onProgress?: (progress: SyncJobProgress) => void
  /** Gives up waiting, and takes the job back where no worker has begun it. */
  readonly signal?: AbortSignal
  readonly clock?: Clock
}

const POLL_INTERVAL_MS = 100
const CONNECT_TIMEOUT_MAX_MS = 5000

/** Throws a SyncError, or the signal's reason. A sync that was begun goes on without who asked for it. */
export async function requestSync(options: SyncRequestOptions): Promise<SyncJobResult> {
  const { queueRedisUrl, prefix, accumulator, symbol, timeoutMs, clock = systemClock, signal } = options
  let connectionFault: Error | undefined
  const { queue, redis } = openQueue({ redisUrl: queueRedisUrl, prefix }, (error) => {
    connectionFault = error
  })
  try {
    if (!(await isReady(queue, Math.min(timeoutMs, CONNECT_TIMEOUT_MAX_MS), clock, signal)))
      throw unreachableError(connectionFault)
    const id = await addSyncJob(queue, { accumulator, symbol, forced: true }).catch((error: unknown) => {
      throw unreachableError(error)
    })
    return await follow(queue, id, options, clock)
  } finally {
    await queue.close().catch(() => undefined)
    redis.disconnect()
  }
}

/** BullMQ waits for its connection without a limit. */
async function isReady(
  queue: SyncQueue,
  timeoutMs: number,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const ready = new AbortController()
  queue.waitUntilReady().then(
    () => ready.abort(),
    () => undefined,
  )
  await clock.sleep(timeoutMs, signal === undefined ? ready.signal : AbortSignal.any([ready.signal, signal]))
  signal?.throwIfAborted()
  return ready.signal.aborted
}

async function follow(queue: SyncQueue, id: string, options: SyncRequestOptions, clock: Clock): Promise<SyncJobResult> {
  const { timeoutMs, onProgress, signal } = options
  let heard = ''
  let heardMs = clock.monotonicMs()
  let wasTaken = false
  for (;;) {
    const view = await viewSyncJob(queue, id).catch((error: unknown) => ({ kind: 'unseen', error }) as const)
    if (view.kind === 'failed')
      throw new SyncError('WEIR_SYNC_FAILED', `the sync failed: ${view.reason}`, { retryable: true })
    if (view.kind === 'gone') throw goneError()
    if (view.kind !== 'unseen' && JSON.stringify(view) !== heard) {
      heard = JSON.stringify(view)
      heardMs = clock.monotonicMs()
      wasTaken ||= view.kind === 'running'
      if (view.progress !== undefined) onProgress?.(view.progress)
    }
    if (view.kind === 'done') return view.result
    const isSilent = clock.monotonicMs() - heardMs > timeoutMs
    if (isSilent || signal?.aborted === true) {
      // A job that a worker holds is locked and stays.
      await removeSyncJob(queue, id).catch(() => undefined)
      signal?.throwIfAborted()
      throw view.kind === 'unseen' ? unreachableError(view.error) : silenceError(wasTaken, timeoutMs)
    }
    await clock.sleep(POLL_INTERVAL_MS, signal)
  }
}

function silenceError(wasTaken: boolean, timeoutMs: number): SyncError {
  const seconds = Math.round(timeoutMs / 1000)
  if (!wasTaken) {
    const message = `no sync worker took the job within ${seconds} s; see that one runs (weir up, or the sync app) on the same queue and key prefix`
    return new SyncError('WEIR_SYNC_NOT_TAKEN', message, { retryable: true })
  }
  const message = `a sync worker took the job, but nothing was heard of it for ${seconds} s; the rows stay in Redis, and the next sync takes them`
  return new SyncError('WEIR_SYNC_STALLED', message, { retryable: true })
}

function goneError(): SyncError {
  return new SyncError(
    'WEIR_SYNC_STALLED',
    'the job is gone from the queue: its Redis was emptied, or somebody removed it',
    {
      retryable: true,
    },
  )
}

function unreachableError(cause: unknown): SyncError {
  const told = cause instanceof Error ? cause.message : 'no answer'
  const message = `the Redis of the queue cannot be reached (${told}); see that it runs, and that QUEUE_REDIS_URL or REDIS_URL names it`
  return new SyncError('WEIR_QUEUE_UNREACHABLE', message, { retryable: true, cause })
}
