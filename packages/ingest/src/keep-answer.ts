/** Keeps the answer of a keyed request for its retries. */
import { StoreError, shardOf } from '@weir/accumulator'
import { backoffMs } from '@weir/service'
import type { IngestDeps } from './ingest-deps.ts'
import type { TickCounts } from './ingest-request.ts'

const TRIES_MAX = 3

/**
 * The ticks are in Redis already, so the request is acknowledged even where this fails. A retry then counts nothing twice
 * either; it is only told "duplicates" instead of the first answer.
 */
export async function keepAnswer(deps: IngestDeps, key: string, counts: TickCounts): Promise<void> {
  const { hot, layout, limits, clock, random, log, abandon, watch } = deps
  for (let failures = 0; failures < TRIES_MAX && !abandon.aborted; failures++) {
    if (failures > 0)
      await clock.sleep(backoffMs(failures, { baseMs: limits.retryBaseMs, maxMs: limits.retryMaxMs }, random), abandon)
    try {
      return await hot.answerKey(shardOf(key, layout.shards), key, JSON.stringify(counts), limits.idempotencyTtlMs)
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      watch.failed(error)
      if (!error.retryable) break
    }
  }
  log.warn(
    { shard: shardOf(key, layout.shards) },
    'the answer of an idempotency key could not be kept; a retry will be told duplicates',
  )
}
