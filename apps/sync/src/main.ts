/** The sync worker as a process: read the settings, then sync until a signal. */
import { ConfigError, createLogger, runUntilSignal } from '@weir/service'
import { readSyncConfig, type SyncConfig } from './config.ts'
import { createSyncApp } from './sync-app.ts'

const config = await readConfig()
if (config !== undefined) {
  const { LOG_LEVEL, LOG_PRETTY, SHUTDOWN_TIMEOUT_SECONDS } = config.settings
  const log = createLogger({ name: 'weir-sync', level: LOG_LEVEL, pretty: LOG_PRETTY })
  await runUntilSignal([createSyncApp(config, log)], { log, shutdownTimeoutMs: SHUTDOWN_TIMEOUT_SECONDS * 1000 })
}

/** Undefined, with every fault told, where the settings are wrong. */
async function readConfig(): Promise<SyncConfig | undefined> {
  try {
    return await readSyncConfig()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
    return undefined
  }
}
