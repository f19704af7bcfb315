/** Has a sync worker sync now, through the queue, and waits for it with a progress line. */
import { type Clock, type Environment, parseSettings } from '@weir/service'
import { requestSync, type SyncJobResult } from '@weir/sync'
import { CliError } from './cli-error.ts'
import { countOf } from './format/counts.ts'
import type { Output } from './output.ts'

export interface SyncNowRequest {
  readonly accumulator?: string | undefined
  readonly symbol?: string | undefined
  /** Give up when nothing is heard of the sync for so long. */
  readonly timeoutSeconds: number
}

export interface SyncNowContext {
  readonly env: Environment
  readonly output: Output
  readonly clock: Clock
  readonly signal: AbortSignal
}

export const TIMEOUT_DEFAULT_SECONDS = 60
export const TIMEOUT_MAX_SECONDS = 86_400

export async function syncNow(
  { accumulator, symbol, timeoutSeconds }: SyncNowRequest,
  { env, output, clock, signal }: SyncNowContext,
): Promise<SyncJobResult> {
  const { QUEUE_REDIS_URL, REDIS_KEY_PREFIX } = parseSettings(['QUEUE_REDIS_URL', 'REDIS_KEY_PREFIX'], env)
  output.progress('waiting for the sync worker')
  try {
    return await requestSync({
      queueRedisUrl: QUEUE_REDIS_URL,
      prefix: REDIS_KEY_PREFIX,
      accumulator,
      symbol,
      timeoutMs: timeoutSeconds * 1000,
      clock,
      signal,
      onProgress: ({ accumulator: name, shardsDone, shards, rows }) =>
        output.progress(`${name}: ${shardsDone} of ${shards} shards, ${countOf(rows, 'row')}`),
    })
  } catch (error) {
    if (!signal.aborted) throw error
    throw new CliError('WEIR_CLI_INTERRUPTED', 'Interrupted. The sync itself goes on.', { cause: error })
  }
}
