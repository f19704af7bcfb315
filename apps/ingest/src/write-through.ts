/** ENABLE_MEMORY_FIRST=false: rounds of the sync in this process, for the rows of its requests. */
import type { ColdStore, HotStore } from '@weir/accumulator'
import { checkLayout, type Postgres } from '@weir/postgres'
import { systemClock } from '@weir/service'
import { SYNC_LIMITS, syncLimits, WriteThrough } from '@weir/sync'
import type { IngestConfig } from './config.ts'

export function createWriteThrough(
  { settings, layout }: IngestConfig,
  { hot, cold, postgres }: { hot: HotStore; cold: ColdStore; postgres: Postgres },
): WriteThrough {
  return new WriteThrough({
    hot,
    cold,
    clock: systemClock,
    check: () => checkLayout(postgres, layout),
    limits: syncLimits({
      batchRowsMax: settings.DIRTY_DATA_BATCH_SIZE,
      barrierWaitMaxMs: SYNC_LIMITS.barrierWaitMaxMs + settings.DURABILITY_AGE_MS,
    }),
  })
}
