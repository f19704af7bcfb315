/** Connections to the queue's Redis. BullMQ's own defaults back off up to 20 s, and send scripts again that were cut off. */
import { Redis } from 'ioredis'

const COMMAND_TIMEOUT_MS = 5000
const RETRY_MS = { base: 100, max: 2000 } as const

/** For adding jobs and schedulers: fails fast, and sends nothing twice. Ours to close. */
export function connectQueue(redisUrl: string, name: string, onError: (error: Error) => void): Redis {
  const redis = new Redis(redisUrl, {
    connectionName: name,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    commandTimeout: COMMAND_TIMEOUT_MS,
    retryStrategy,
  })
  redis.on('error', onError)
  return redis
}

/** For BullMQ's worker, which opens these itself: its blocking fetch has to wait for the connection to come back. */
export function workerConnection(redisUrl: string) {
  return { url: redisUrl, maxRetriesPerRequest: null, retryStrategy }
}

function retryStrategy(attempt: number): number {
  return Math.min(RETRY_MS.base * 2 ** Math.min(attempt, 10), RETRY_MS.max)
}
