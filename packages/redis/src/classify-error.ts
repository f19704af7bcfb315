/** Redis's and ioredis's errors as StoreErrors: the one place that reads their messages. */
import { StoreError, type StoreErrorCode } from '@weir/accumulator'
import type { Redis } from 'ioredis'
import { lastConnectionError } from './connection-errors.ts'

interface ErrorClass {
  readonly code: StoreErrorCode
  readonly means: string
}

const UNREACHABLE: ErrorClass = {
  code: 'WEIR_STORE_UNREACHABLE',
  means: 'Redis cannot be reached; whether the call was carried out is unknown',
}
const UNAUTHORIZED: ErrorClass = {
  code: 'WEIR_STORE_UNAUTHORIZED',
  means: 'Redis refuses our credentials; check user and password in REDIS_URL',
}
const READ_ONLY: ErrorClass = {
  code: 'WEIR_STORE_READ_ONLY',
  means: 'Redis takes no writes: a replica, or a server that cannot write its disk; nothing was written',
}
const BUSY: ErrorClass = {
  code: 'WEIR_STORE_BUSY',
  means: 'Redis is loading, busy, or moving this slot; nothing was written, the call may be repeated',
}
const REFUSED: ErrorClass = { code: 'WEIR_STORE_REFUSED', means: 'Redis refuses the call' }

/** By the first word of a reply. */
const BY_REPLY: Readonly<Record<string, ErrorClass>> = {
  OOM: {
    code: 'WEIR_STORE_FULL',
    means: 'Redis is out of memory; nothing was written. It drains by itself; raise maxmemory if it stays full',
  },
  READONLY: READ_ONLY,
  MISCONF: READ_ONLY,
  NOREPLICAS: READ_ONLY,
  LOADING: BUSY,
  BUSY,
  MASTERDOWN: BUSY,
  CLUSTERDOWN: BUSY,
  TRYAGAIN: BUSY,
  WRONGPASS: UNAUTHORIZED,
  NOAUTH: UNAUTHORIZED,
  NOPERM: UNAUTHORIZED,
  WEIR_LAYOUT_CHANGED: { code: 'WEIR_LAYOUT_CHANGED', means: 'Redis holds rows of another layout' },
}

/** `call` names what failed, for the message. A StoreError is given back as it is. */
export function classifyError(redis: Redis, error: unknown, call: string): StoreError {
  if (error instanceof StoreError) return error
  forgetArguments(error)
  const message = error instanceof Error ? error.message : String(error)
  const known = BY_REPLY[firstWord(message)] ?? (isReply(error) ? REFUSED : connectionClass(redis))
  const detail = known === UNREACHABLE ? (lastConnectionError(redis)?.message ?? message) : message
  return new StoreError(known.code, `${call}: ${known.means} (${detail})`, { cause: error })
}

/** ioredis hangs the whole command on its errors: megabytes of rows, in whatever log prints the cause. */
function forgetArguments(error: unknown): void {
  if (error instanceof Error && 'command' in error) delete error.command
}

/** A server that closes every connection because of the password looks unreachable; its last words say why. */
function connectionClass(redis: Redis): ErrorClass {
  const word = firstWord(lastConnectionError(redis)?.message ?? '')
  return BY_REPLY[word] === UNAUTHORIZED ? UNAUTHORIZED : UNREACHABLE
}

function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError'
}

/** The code of a Redis error; a script gives that of the command that failed in it. */
function firstWord(message: string): string {
  return /^([A-Z_]+)/.exec(message)?.[1] ?? ''
}
