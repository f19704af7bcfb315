/**
 * A connection on which a script is never run twice and a promise never stays open. By default ioredis sends a command
 * again when its connection broke before the reply, although Redis may have run it: no idempotent thing to do to a
 * counter.
 */
import { Redis } from 'ioredis'
import { classifyError } from './classify-error.ts'
import { forgetConnectionError, rememberConnectionError } from './connection-errors.ts'

export interface ConnectRedisOptions {
  /** `redis://` or, for TLS, `rediss://`, with user, password and database number. */
  readonly url: string
  /** Shows in `CLIENT LIST`, for example `weir-ingest`. No spaces. */
  readonly purpose: string
  /** After this a call is given up, whether or not Redis runs it, and the connection is made anew. */
  readonly commandTimeoutMs: number
  readonly log?: ConnectionLog
}

export interface ConnectionLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

const CONNECT_TIMEOUT_MS = 5000
const KEEP_ALIVE_MS = 10_000
const RECONNECT_MS = { base: 50, max: 2000 } as const
const LOADING_POLL_MS = 500

/** Begins to connect, and reconnects for ever by itself; a call fails at once while there is no connection. */
export function connectRedis(options: ConnectRedisOptions): Redis {
  const { commandTimeoutMs } = options
  const redis = new Redis(withoutQuery(options.url), {
    connectionName: options.purpose,
    // Never a second time: no resending, no queue, and nothing pending over a reconnect.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    commandTimeout: commandTimeoutMs,
    // A connection that swallows replies is given up soon after the command that noticed it.
    socketTimeout: commandTimeoutMs + 1000,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepAlive: KEEP_ALIVE_MS,
    maxLoadingRetryTime: LOADING_POLL_MS,
    retryStrategy: (attempt) => Math.min(RECONNECT_MS.base * 2 ** Math.min(attempt, 10), RECONNECT_MS.max),
    // A master that became a replica: the name may lead to the new one. 1 is "reconnect", not "resend".
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 1 : false),
    protocol: 2,
  })
  reportConnection(redis, options)
  return redis
}

/** Resolves when commands can be sent. Rejects with a StoreError when the signal aborts first. */
export function redisReady(redis: Redis, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (redis.status === 'ready') return resolve()
    const give = (finish: () => void) => {
      redis.off('ready', onReady)
      signal.removeEventListener('abort', onAbort)
      finish()
    }
    const onReady = () => give(resolve)
    const onAbort = () => give(() => reject(classifyError(redis, signal.reason, 'connect')))
    redis.once('ready', onReady)
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
  })
}

/** ioredis takes options from the URL's query, which could undo those above. */
function withoutQuery(url: string): string {
  const parsed = new URL(url)
  parsed.search = ''
  return parsed.href
}

/** One line when the connection is lost and one when it is back, not one an attempt. */
function reportConnection(redis: Redis, { purpose, log }: ConnectRedisOptions): void {
  let isReported = false
  redis.on('error', (error: Error) => {
    rememberConnectionError(redis, error)
    if (isReported) return
    isReported = true
    log?.warn({ purpose, error: error.message }, 'Redis connection failed; reconnecting')
  })
  redis.on('reconnecting', () => {
    if (isReported) return
    isReported = true
    log?.warn({ purpose }, 'Redis connection closed; reconnecting')
  })
  redis.on('ready', () => {
    forgetConnectionError(redis)
    if (isReported) log?.info({ purpose }, 'Redis connection is back')
    isReported = false
  })
}
