/** The settings of the sync worker. Throws ConfigError with every fault at once. */
import type { Accumulator, Layout } from '@weir/accumulator'
import { loadLayout } from '@weir/definitions'
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
import { SYNC_LIMITS, type SyncLimits, syncLimits } from '@weir/sync'

const SETTINGS = [
  ...(['REDIS_URL', 'QUEUE_REDIS_URL', 'REDIS_KEY_PREFIX', 'REDIS_COMMAND_TIMEOUT_MS'] as const),
  ...(['REDIS_DURABILITY', 'DURABILITY_AGE_MS', 'ENABLE_DATABASE_SYNC'] as const),
  ...(['POSTGRES_POOL_SIZE', 'POSTGRES_STATEMENT_TIMEOUT_MS', 'POSTGRES_LOCK_TIMEOUT_MS'] as const),
  ...LAYOUT_SETTINGS,
  ...(['DASHBOARD_HOST', 'DASHBOARD_PORT', 'WEIR_TOKENS'] as const),
  ...([
    'SESSION_ACCUMULATION_INTERVAL',
    'ANALYTICS_DATABASE_SYNC_SECONDS',
    'DIRTY_DATA_BATCH_SIZE',
    'MAX_MEMORY_BUFFER_SIZE',
    'SYNC_MAX_ATTEMPTS',
  ] as const),
  ...(['PERIOD_IDLE_SECONDS', 'LANE_IDLE_SECONDS'] as const),
  ...(['SYNC_ON_SHUTDOWN', 'SHUTDOWN_TIMEOUT_SECONDS', 'LOG_LEVEL', 'LOG_PRETTY'] as const),
] as const

type SyncSettings = SettingValues<(typeof SETTINGS)[number]>

export interface SyncConfig {
  readonly settings: SyncSettings
  /** Undefined: ENABLE_DATABASE_SYNC is false. */
  readonly postgresUrl: string | undefined
  readonly layout: Layout
  /** How often each accumulator is synced. */
  readonly intervalsMs: Readonly<Record<string, number>>
  readonly limits: SyncLimits
  /** Variables that look like settings with a letter wrong. */
  readonly misspelled: readonly MisspelledSetting[]
}

const MS = 1000

export async function readSyncConfig(env: Environment = process.env): Promise<SyncConfig> {
  const { DATABASE_URL: postgresUrl, ...settings } = readSettings(env)
  if (settings.POSTGRES_LOCK_TIMEOUT_MS >= settings.POSTGRES_STATEMENT_TIMEOUT_MS) {
    const problem = `is ${settings.POSTGRES_LOCK_TIMEOUT_MS}; it must be below POSTGRES_STATEMENT_TIMEOUT_MS, ${settings.POSTGRES_STATEMENT_TIMEOUT_MS}`
    throw new ConfigError([{ name: 'POSTGRES_LOCK_TIMEOUT_MS', problem }])
  }
  const layout = await loadLayout(settings)
  return {
    settings,
    postgresUrl: settings.ENABLE_DATABASE_SYNC ? postgresUrl : undefined,
    layout,
    intervalsMs: Object.fromEntries(
      layout.accumulators.map((accumulator) => [accumulator.name, syncSecondsOf(accumulator, settings) * MS]),
    ),
    limits: syncLimits({
      batchRowsMax: settings.DIRTY_DATA_BATCH_SIZE,
      barrierWaitMaxMs: SYNC_LIMITS.barrierWaitMaxMs + settings.DURABILITY_AGE_MS,
      periodIdleMs: settings.PERIOD_IDLE_SECONDS * MS,
      laneIdleMs: settings.LANE_IDLE_SECONDS * MS,
    }),
    misspelled: misspelledSettings(env),
  }
}

function syncSecondsOf({ name, syncSeconds }: Accumulator, settings: SyncSettings): number {
  if (syncSeconds !== undefined) return syncSeconds
  return name === 'market' ? settings.ANALYTICS_DATABASE_SYNC_SECONDS : settings.SESSION_ACCUMULATION_INTERVAL
}

/** Without the sync, PostgreSQL need not be given. One reading, so that all faults are told at once. */
function readSettings(env: Environment): SyncSettings & { readonly DATABASE_URL?: string } {
  const needsPostgres = isSettingGiven('DATABASE_URL', env) || !isSyncOff(env)
  return needsPostgres ? parseSettings([...SETTINGS, 'DATABASE_URL'], env) : parseSettings(SETTINGS, env)
}

function isSyncOff(env: Environment): boolean {
  try {
    return !parseSettings(['ENABLE_DATABASE_SYNC'], env).ENABLE_DATABASE_SYNC
  } catch {
    // The reading of all settings tells this fault beside the others.
    return false
  }
}
