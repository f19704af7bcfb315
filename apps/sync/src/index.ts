export { readSyncConfig, type SyncConfig } from './config.ts'
export { createSyncApp, type SyncApp } from './sync-app.ts'
