/** The settings of the ingest process. Throws ConfigError with every fault at once. */
import type { Layout } from '@weir/accumulator'
import { loadLayout } from '@weir/definitions'
import { type IngestLimits, ingestLimits } from '@weir/ingest'
import {
  ConfigError,
  type Environment,
  isSettingGiven,
  LAYOUT_SETTINGS,
  type MisspelledSetting,
  misspelledSettings,
  parseSettings,
  type SettingValues,
} from '@weir/service'

const SETTINGS = [
  ...(['REDIS_URL', 'REDIS_KEY_PREFIX', 'REDIS_COMMAND_TIMEOUT_MS', 'ENABLE_DATABASE_SYNC'] as const),
  ...(['ENABLE_MEMORY_FIRST', 'REDIS_DURABILITY', 'DURABILITY_AGE_MS', 'DIRTY_DATA_BATCH_SIZE'] as const),
  ...(['POSTGRES_POOL_SIZE', 'POSTGRES_STATEMENT_TIMEOUT_MS', 'POSTGRES_LOCK_TIMEOUT_MS'] as const),
  ...LAYOUT_SETTINGS,
  ...(['INGEST_HOST', 'INGEST_PORT', 'WEIR_TOKENS', 'MAX_BODY_BYTES'] as const),
  ...(['MAX_CLOCK_AHEAD_SECONDS', 'MAX_TICK_AGE_SECONDS', 'IDEMPOTENCY_TTL_SECONDS', 'LANE_IDLE_SECONDS'] as const),
  ...(['MAX_DIRTY_ITEMS', 'RESTORE_TIMEOUT_SECONDS', 'SHUTDOWN_TIMEOUT_SECONDS', 'LOG_LEVEL', 'LOG_PRETTY'] as const),
] as const

type IngestSettings = SettingValues<(typeof SETTINGS)[number]>

export interface IngestConfig {
  readonly settings: IngestSettings
  /** Undefined: marks and highs are not restored after a wipe. */
  readonly postgresUrl: string | undefined
  readonly layout: Layout
  readonly limits: IngestLimits
  /** Variables that look like settings with a letter wrong. */
  readonly misspelled: readonly MisspelledSetting[]
}

/** A graceful stop waits at most this part of its time for Redis, twice: for requests, then for what is behind them. */
const STOP_WAITS = 4
const MS = 1000

export async function readIngestConfig(env: Environment = process.env): Promise<IngestConfig> {
  // PostgreSQL may be left out, but not be given wrong. One reading, so that all faults are told at once.
  const settings: IngestSettings & { readonly DATABASE_URL?: string } = isSettingGiven('DATABASE_URL', env)
    ? parseSettings([...SETTINGS, 'DATABASE_URL'], env)
    : parseSettings(SETTINGS, env)
  if (!settings.ENABLE_MEMORY_FIRST && (settings.DATABASE_URL === undefined || !settings.ENABLE_DATABASE_SYNC)) {
    const problem = 'is false; then DATABASE_URL must be set, and ENABLE_DATABASE_SYNC must be true'
    throw new ConfigError([{ name: 'ENABLE_MEMORY_FIRST', problem }])
  }
  return {
    settings,
    postgresUrl: settings.ENABLE_DATABASE_SYNC ? settings.DATABASE_URL : undefined,
    misspelled: misspelledSettings(env),
    layout: await loadLayout(settings),
    limits: ingestLimits({
      bodyBytesMax: settings.MAX_BODY_BYTES,
      clockAheadMaxSeconds: settings.MAX_CLOCK_AHEAD_SECONDS,
      tickAgeMaxSeconds: settings.MAX_TICK_AGE_SECONDS,
      idempotencyTtlMs: settings.IDEMPOTENCY_TTL_SECONDS * MS,
      laneIdleMs: settings.LANE_IDLE_SECONDS * MS,
      dirtyItemsMax: settings.MAX_DIRTY_ITEMS,
      restoreTimeoutMs: settings.RESTORE_TIMEOUT_SECONDS * MS,
      stopTimeoutMs: Math.floor((settings.SHUTDOWN_TIMEOUT_SECONDS * MS) / STOP_WAITS),
    }),
  }
}
