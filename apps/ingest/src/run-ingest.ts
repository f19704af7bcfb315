/** Reads the settings, then takes ticks until a signal. */
import { ConfigError, createLogger, runUntilSignal } from '@weir/service'
import { type IngestConfig, readIngestConfig } from './config.ts'
import { createIngestApp } from './ingest-app.ts'

export async function runIngest(): Promise<void> {
  const config = await readConfig()
  if (config === undefined) return
  const { LOG_LEVEL, LOG_PRETTY, SHUTDOWN_TIMEOUT_SECONDS } = config.settings
  const log = createLogger({ name: 'weir-ingest', level: LOG_LEVEL, pretty: LOG_PRETTY })
  await runUntilSignal([createIngestApp(config, log)], { log, shutdownTimeoutMs: SHUTDOWN_TIMEOUT_SECONDS * 1000 })
}

/** Undefined, with every fault told, where the settings are wrong. */
async function readConfig(): Promise<IngestConfig | undefined> {
  try {
    return await readIngestConfig()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
    return undefined
  }
}
