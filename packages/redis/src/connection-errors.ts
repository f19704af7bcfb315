/** What a connection last complained of: a refused command only says that there is no connection, this says why. */
import type { Redis } from 'ioredis'

const lastErrors = new WeakMap<Redis, Error>()

export function rememberConnectionError(redis: Redis, error: Error): void {
  lastErrors.set(redis, error)
}

export function forgetConnectionError(redis: Redis): void {
  lastErrors.delete(redis)
}

export function lastConnectionError(redis: Redis): Error | undefined {
  return lastErrors.get(redis)
}
