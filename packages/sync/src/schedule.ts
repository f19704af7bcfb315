/**
 * The clock of the sync: BullMQ. The only file that knows it. One queue; one job scheduler an accumulator; a worker whose jobs
 * run rounds. Nothing but load depends on it: jobs may overlap, be lost, doubled or late, since a round needs no lock.
 *
 * Schedulers live in Redis and nowhere else, so they are put back on start, whenever the connection is back, and every minute.
 */
import { assert, StoreError } from '@weir/accumulator'
import type { Clock } from '@weir/service'
import { Queue, UnrecoverableError, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { progressWriter } from './progress-writer.ts'
import { connectQueue, workerConnection } from './queue-connection.ts'
import { SyncError } from './sync-error.ts'
import type { SyncJobContext, SyncJobProgress, SyncJobRequest, SyncJobResult } from './sync-job.ts'

export type SyncQueue = Queue<SyncJobRequest, SyncJobResult>

export interface QueueOptions {
  readonly redisUrl: string
  /** `REDIS_KEY_PREFIX`. */
  readonly prefix: string
}

export interface ScheduleOptions extends QueueOptions {
  /** How often each accumulator is synced. */
  readonly intervalsMs: Readonly<Record<string, number>>
  /** How often a failed job is tried again, after 1, 2, 4 … s. */
  readonly retriesMax: number
  readonly clock: Clock
  /** Runs a job. A SyncError or StoreError that is retryable makes the job be tried again; every other does not. */
  readonly handle: (request: SyncJobRequest, context: SyncJobContext) => Promise<SyncJobResult>
  /** Told of everything that BullMQ and its connections report; nothing of it is fatal. */
  readonly onError: (error: Error) => void
}

export interface SyncSchedule {
  readonly queue: SyncQueue
  /** Puts the schedulers back. Rejects where the queue's Redis does not take them. */
  ensure(): Promise<void>
  /** Takes no more jobs, and waits for those that run, but no longer than this. */
  close(timeoutMs: number): Promise<void>
}

const QUEUE_NAME = 'weir-sync'
const JOB_NAME = 'sync'
/** Forced syncs go first: a lower number is a higher priority. */
const PRIORITY_FORCED = 1
const PRIORITY_SCHEDULED = 10
const RETRY_BASE_MS = 1000
/** Enough for Bull Board, and for who waits for a result; few, since a scheduler steps over the ids of jobs that are kept. */
const KEEP_COMPLETED = { count: 50 }
const KEEP_FAILED = { count: 100 }
/** Beside one job for each accumulator, so that a forced sync need not wait for a scheduled one. */
const FORCED_AT_ONCE = 2
const FORCED_RETRIES_MAX = 3

/** A worker that dies is noticed after at most 15 s; BullMQ's defaults make it a minute. */
const WORKER_PACE = {
  lockDuration: 10_000,
  stalledInterval: 5000,
  maxStalledCount: 3,
  runRetryDelay: 1000,
  drainDelay: 2,
}

export function startSchedule(options: ScheduleOptions): SyncSchedule {
  const { intervalsMs, clock, onError } = options
  const { queue, redis } = openQueue(options, onError)
  const worker = startWorker(options)
  let isClosing = false
  let isTidy = false

  const ensure = async () => {
    if (!isTidy) await removeStrangers(queue, Object.keys(intervalsMs))
    isTidy = true
    await Promise.all(
      Object.entries(intervalsMs).map(([name, every]) => upsertScheduler(queue, name, every, options.retriesMax)),
    )
  }
  const ensureQuietly = () => {
    if (!isClosing) ensure().catch(onError)
  }
  redis.on('ready', ensureQuietly)

  return {
    queue,
    ensure,
    close: async (timeoutMs) => {
      isClosing = true
      await closeWorker(worker, clock, timeoutMs, onError)
      await queue.close().catch(onError)
      redis.disconnect()
    },
  }
}

export type SyncJobView =
  | { readonly kind: 'waiting' | 'running'; readonly progress: SyncJobProgress | undefined; readonly attempts: number }
  | { readonly kind: 'done'; readonly result: SyncJobResult; readonly progress: SyncJobProgress | undefined }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'gone' }

/** Adds a forced sync; gives the id of its job. */
export async function addSyncJob(queue: SyncQueue, request: SyncJobRequest): Promise<string> {
  const job = await queue.add(JOB_NAME, request, { ...jobOptions(FORCED_RETRIES_MAX), priority: PRIORITY_FORCED })
  assert(job.id !== undefined, 'BullMQ names the jobs that it adds')
  return job.id
}

/** How a job stands. */
export async function viewSyncJob(queue: SyncQueue, id: string): Promise<SyncJobView> {
  // In this order: between the two calls a job may only come further than what is read of it.
  const state = await queue.getJobState(id)
  const job = await queue.getJob(id)
  if (job === undefined || state === 'unknown') return { kind: 'gone' }
  const progress = typeof job.progress === 'object' ? (job.progress as SyncJobProgress) : undefined
  if (state === 'completed') return { kind: 'done', result: job.returnvalue, progress }
  if (state === 'failed') return { kind: 'failed', reason: job.failedReason }
  return { kind: state === 'active' ? 'running' : 'waiting', progress, attempts: job.attemptsMade }
}

/** Takes a job back that no worker has begun. */
export async function removeSyncJob(queue: SyncQueue, id: string): Promise<void> {
  await queue.remove(id)
}

/** The queue, and the connection under it, which is ours to close. */
export function openQueue(
  { redisUrl, prefix }: QueueOptions,
  onError: (error: Error) => void,
): { queue: SyncQueue; redis: Redis } {
  const redis = connectQueue(redisUrl, `${prefix}-queue`, onError)
  // Without the version check, for one that is cut off would leave the queue useless for ever.
  const queue: SyncQueue = new Queue(QUEUE_NAME, {
    connection: redis,
    prefix: queuePrefix(prefix),
    skipVersionCheck: true,
  })
  queue.on('error', onError)
  return { queue, redis }
}

function startWorker({ redisUrl, prefix, intervalsMs, handle, clock, onError }: ScheduleOptions): Worker {
  const worker = new Worker<SyncJobRequest, SyncJobResult>(
    QUEUE_NAME,
    async (job, _token, signal) => {
      const cancelled = new AbortController()
      signal?.addEventListener('abort', () => cancelled.abort(new Error('the job was cancelled: its lock was lost')))
      const progress = progressWriter((step) => job.updateProgress(step), clock, onError)
      try {
        const result = await handle(job.data, { onProgress: (step) => progress.report(step), signal: cancelled.signal })
        await progress.flush()
        return result
      } catch (error) {
        if ((error instanceof SyncError || error instanceof StoreError) && error.retryable) throw error
        throw new UnrecoverableError(error instanceof Error ? error.message : String(error))
      }
    },
    {
      ...WORKER_PACE,
      connection: workerConnection(redisUrl),
      prefix: queuePrefix(prefix),
      concurrency: Object.keys(intervalsMs).length + FORCED_AT_ONCE,
      metrics: { maxDataPoints: 60 },
    },
  )
  worker.on('error', onError)
  worker.on('lockRenewalFailed', (jobIds) => {
    for (const jobId of jobIds) worker.cancelJob(jobId)
  })
  return worker
}

async function upsertScheduler(
  queue: SyncQueue,
  accumulator: string,
  every: number,
  retriesMax: number,
): Promise<void> {
  const opts = { ...jobOptions(retriesMax), priority: PRIORITY_SCHEDULED }
  await queue.upsertJobScheduler(accumulator, { every }, { name: JOB_NAME, data: { accumulator }, opts })
}

/** Removes schedulers of accumulators that are no more. Only on start: in a rolling deploy the older workers know fewer. */
async function removeStrangers(queue: SyncQueue, accumulators: readonly string[]): Promise<void> {
  for (const { key } of await queue.getJobSchedulers()) {
    if (!accumulators.includes(key)) await queue.removeJobScheduler(key)
  }
}

function jobOptions(retriesMax: number) {
  return {
    attempts: 1 + retriesMax,
    backoff: { type: 'exponential', delay: RETRY_BASE_MS },
    removeOnComplete: KEEP_COMPLETED,
    removeOnFail: KEEP_FAILED,
  }
}

/** `worker.close` alone waits for its jobs without a limit. */
async function closeWorker(
  worker: Worker,
  clock: Clock,
  timeoutMs: number,
  onError: (error: Error) => void,
): Promise<void> {
  const isClosed = new AbortController()
  const closing = worker
    .close()
    .catch(onError)
    .finally(() => isClosed.abort())
  await clock.sleep(timeoutMs, isClosed.signal)
  if (isClosed.signal.aborted) return await closing
  worker.cancelAllJobs()
  worker.disconnect().catch(onError)
}

/** A hash tag, so that all keys of the queue are in one slot of a cluster. */
function queuePrefix(prefix: string): string {
  return `{${prefix}-bull}`
}
