/** What ingestion takes, and how long it remembers. */
import type { Setting } from './setting.ts'
import { flag, hostName, integer, integerOrOff } from './setting-schemas.ts'

const SECONDS_A_DAY = 86_400
const SECONDS_A_YEAR = 366 * SECONDS_A_DAY

export const ingestSettings = {
  INGEST_HOST: {
    schema: hostName(),
    default: '127.0.0.1',
    allowed: 'a host name or address',
    description: 'Where ticks are taken. Anything but loopback needs `WEIR_TOKENS`.',
    usedBy: ['ingest', 'cli'],
  },
  INGEST_PORT: {
    schema: integer(0, 65_535),
    default: '8080',
    allowed: '0 to 65535 (0: any free port)',
    description: 'The port of ingestion.',
    usedBy: ['ingest', 'cli'],
  },
  ENABLE_MEMORY_FIRST: {
    schema: flag(),
    default: 'true',
    allowed: 'true or false',
    description:
      'false: a request is answered only when its rows are in PostgreSQL (write-through). Slow: each waits for the disk of Redis and for PostgreSQL.',
    usedBy: ['ingest', 'cli'],
  },
  MAX_BODY_BYTES: {
    schema: integer(1024, 1_073_741_824),
    default: '16777216',
    allowed: '1024 to 1073741824 bytes',
    description: 'The largest request body, also after gunzip; a larger one is a 413.',
    usedBy: ['ingest', 'cli'],
  },
  MAX_CLOCK_AHEAD_SECONDS: {
    schema: integer(0, SECONDS_A_YEAR),
    default: '60',
    allowed: '0 to 31622400 seconds',
    description: 'A tick further in the future than this is rejected.',
    usedBy: ['ingest', 'cli'],
  },
  MAX_TICK_AGE_SECONDS: {
    schema: integerOrOff(1, 100 * SECONDS_A_YEAR),
    default: 'off',
    allowed: 'off, or 1 to 3162240000 seconds',
    description: 'A tick older than this is rejected; off: none is too old, it amends its period.',
    usedBy: ['ingest', 'cli'],
  },
  IDEMPOTENCY_TTL_SECONDS: {
    schema: integer(60, 30 * SECONDS_A_DAY),
    default: '86400',
    allowed: '60 to 2592000 seconds',
    description: 'How long the answer of an `Idempotency-Key` is kept.',
    usedBy: ['ingest', 'cli'],
  },
  LANE_IDLE_SECONDS: {
    schema: integer(60, 7 * SECONDS_A_DAY),
    default: '3600',
    allowed: '60 to 604800 seconds',
    description: 'How long the lane of a pod that is gone is remembered; a pod gives up resending after half of it.',
    usedBy: ['ingest', 'sync', 'cli'],
  },
  MAX_DIRTY_ITEMS: {
    schema: integer(1, 1_000_000_000),
    default: '5000000',
    allowed: '1 to 1000000000 rows',
    description: 'Above this many dirty rows ingestion answers 503 until the sync has caught up.',
    usedBy: ['ingest', 'cli'],
  },
  RESTORE_TIMEOUT_SECONDS: {
    schema: integer(0, 60),
    default: '2',
    allowed: '0 to 60 seconds',
    description: 'How long ingestion waits for PostgreSQL when an emptied Redis needs marks and highs back.',
    usedBy: ['ingest', 'cli'],
  },
} as const satisfies Readonly<Record<string, Setting>>
