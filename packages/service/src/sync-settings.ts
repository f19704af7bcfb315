/** How often and how the rows reach PostgreSQL, and where the worker shows itself. */
import type { Setting } from './setting.ts'
import { flag, hostName, integer } from './setting-schemas.ts'

const SECONDS_A_DAY = 86_400

export const syncSettings = {
  DASHBOARD_HOST: {
    schema: hostName(),
    default: '127.0.0.1',
    allowed: 'a host name or address',
    description: 'Where the sync worker shows health and queues. Anything but loopback needs `WEIR_TOKENS`.',
    usedBy: ['sync', 'cli'],
  },
  DASHBOARD_PORT: {
    schema: integer(0, 65_535),
    default: '8081',
    allowed: '0 to 65535 (0: any free port)',
    description: 'The port of the dashboard.',
    usedBy: ['sync', 'cli'],
  },
  SESSION_ACCUMULATION_INTERVAL: {
    schema: integer(1, SECONDS_A_DAY),
    default: '30',
    allowed: '1 to 86400 seconds',
    description:
      'How often sessions, bars, and accumulators that give no `syncSeconds` of their own, are synced to PostgreSQL.',
    usedBy: ['sync', 'cli'],
  },
  ANALYTICS_DATABASE_SYNC_SECONDS: {
    schema: integer(1, SECONDS_A_DAY),
    default: '10',
    allowed: '1 to 86400 seconds',
    description: 'How often the market windows are synced to PostgreSQL.',
    usedBy: ['sync', 'cli'],
  },
  DIRTY_DATA_BATCH_SIZE: {
    schema: integer(1, 10_000),
    default: '1000',
    allowed: '1 to 10000 rows',
    description: 'Rows a snapshot, and so an upsert.',
    usedBy: ['ingest', 'sync', 'cli'],
  },
  MAX_MEMORY_BUFFER_SIZE: {
    schema: integer(1, 100_000_000),
    default: '10000',
    allowed: '1 to 100000000 rows',
    description: 'Above this many dirty rows a sync starts at once.',
    usedBy: ['sync', 'cli'],
  },
  SYNC_MAX_ATTEMPTS: {
    schema: integer(1, 20),
    default: '3',
    allowed: '1 to 20',
    description:
      'How often a failed sync job is tried again, after 1, 2, 4 … s; what it leaves is synced by the next one.',
    usedBy: ['sync', 'cli'],
  },
  SYNC_ON_SHUTDOWN: {
    schema: flag(),
    default: 'true',
    allowed: 'true or false',
    description: 'Whether the worker syncs once more before it exits.',
    usedBy: ['sync', 'cli'],
  },
  DURABILITY_AGE_MS: {
    schema: integer(0, 600_000),
    default: '3000',
    allowed: '0 to 600000 ms',
    description: 'Under `appendfsync everysec`: how old a snapshot is before it may be written to PostgreSQL.',
    usedBy: ['ingest', 'sync', 'cli'],
  },
  PERIOD_IDLE_SECONDS: {
    schema: integer(1, 365 * SECONDS_A_DAY),
    default: '3600',
    allowed: '1 to 31536000 seconds',
    description: 'How long a period that is over and written stays in Redis untouched.',
    usedBy: ['sync', 'cli'],
  },
} as const satisfies Readonly<Record<string, Setting>>
