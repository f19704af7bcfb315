export { BodyError, type BodyErrorCode } from './body-error.ts'
export { ACCEPTED_TYPES, type BodyFormat, formatOf } from './body-format.ts'
export type { ColdReader } from './cold-reads.ts'
export { createIngest, type Ingest, type IngestHealth, type IngestOptions } from './create-ingest.ts'
export { decode } from './decode.ts'
export { feedReaders, type OwnFeed } from './feeds.ts'
export type { HotStoreFacts } from './health.ts'
export { INGEST_LIMITS, type IngestLimits, ingestLimits } from './ingest-limits.ts'
export {
  type IngestAnswer,
  type IngestRequest,
  isIdempotencyKey,
  isProducerName,
  NO_TOKEN,
  type RequestToken,
  type TickCounts,
} from './ingest-request.ts'
export { createIngestServer, type IngestServer, type IngestServerOptions } from './ingest-server.ts'
export { KnownSymbols } from './known-symbols.ts'
export { LIVE_LIMITS, type LiveStores } from './live/live-deps.ts'
export { RecordReader } from './record-reader.ts'
export { noRejections, type Rejection, type Rejections, type TickBatch } from './tick-batch.ts'
export { TickReader } from './tick-reader.ts'
export type { TouchedRows, WriteThrough } from './write-through.ts'
