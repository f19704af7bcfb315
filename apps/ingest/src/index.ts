export { type IngestConfig, readIngestConfig } from './config.ts'
export { createIngestApp, type IngestApp } from './ingest-app.ts'
