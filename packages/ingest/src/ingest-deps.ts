/** What the path of a request works with. */
import type { HotStore, Layout } from '@weir/accumulator'
import type { Clock, Logger, Random } from '@weir/service'
import type { HotStoreWatch } from './hot-store-watch.ts'
import type { IngestLimits } from './ingest-limits.ts'
import type { ShardWriter } from './shard-writer.ts'
import type { WriteThrough } from './write-through.ts'

export interface IngestDeps {
  readonly hot: Pick<HotStore, 'readMark' | 'claimKey' | 'answerKey'>
  /** One a shard, in order. */
  readonly writers: readonly ShardWriter[]
  readonly watch: HotStoreWatch
  readonly layout: Layout
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly limits: IngestLimits
  /** Undefined: a request is answered when it is in Redis. */
  readonly writeThrough: WriteThrough | undefined
  /** Aborted when a stop no longer waits. */
  readonly abandon: AbortSignal
}
