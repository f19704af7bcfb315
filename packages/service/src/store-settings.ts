/** The two stores, and the layout that their data has. */
import type { Setting } from './setting.ts'
import { flag, integer, oneOf, scaleDigits, text, timeZone, url } from './setting-schemas.ts'

export const storeSettings = {
  REDIS_URL: {
    schema: url(['redis:', 'rediss:']),
    required: true,
    allowed: 'redis://… or rediss://… (TLS)',
    description:
      'The Redis that holds the rows: 7.0 or newer, `maxmemory-policy noeviction`, AOF on. `weir up` starts one of its own where none is given.',
    usedBy: ['ingest', 'sync', 'cli'],
    secret: true,
  },
  QUEUE_REDIS_URL: {
    schema: url(['redis:', 'rediss:']),
    sameAs: 'REDIS_URL',
    allowed: 'redis://… or rediss://… (TLS)',
    description: 'The Redis of the BullMQ queues, where it is to be another.',
    usedBy: ['sync', 'cli'],
    secret: true,
  },
  DATABASE_URL: {
    schema: url(['postgres:', 'postgresql:']),
    required: true,
    allowed: 'postgres://… or postgresql://…',
    description:
      'The PostgreSQL that gets the finished rows: 15 to 18. `weir up` starts one of its own where none is given. Ingest also runs without, but restores nothing after a wipe.',
    usedBy: ['ingest', 'sync', 'cli'],
    secret: true,
  },
  REDIS_KEY_PREFIX: {
    schema: text(/^[A-Za-z0-9._-]{1,32}$/),
    default: 'weir',
    allowed: '1 to 32 of A-Z a-z 0-9 . _ -',
    description: 'Begins every Redis key; two systems in one Redis need two prefixes.',
    usedBy: ['ingest', 'sync', 'cli'],
  },
  SHARDS: {
    schema: integer(1, 1024),
    // A request of 100 ticks costs a pod 6 µs a tick with 1 shard, 8 with 2, 9 with 4, 14 with 16 (decision 15).
    default: '4',
    allowed: '1 to 1024',
    description: 'Into how many shards the keys are spread: see below. Part of the layout: fixed once data exists.',
    usedBy: ['ingest', 'sync', 'cli'],
  },
  PRICE_SCALE: {
    schema: scaleDigits(),
    default: '1e-4',
    allowed: 'a power of ten, 1e-8 to 1 (1e-4 or 0.0001)',
    description: 'The finest price step; a finer price is rejected. Part of the layout.',
    usedBy: ['ingest', 'sync', 'cli'],
  },
  VOLUME_SCALE: {
    schema: scaleDigits(),
    default: '1',
    allowed: 'a power of ten, 1e-8 to 1 (1e-4 or 0.0001)',
    description: 'The finest volume step; 1e-8 for feeds with fractional sizes. Part of the layout.',
    usedBy: ['ingest', 'sync', 'cli'],
  },
  SESSION_TIME_ZONE: {
    schema: timeZone(),
    default: 'America/New_York',
    allowed: 'an IANA time zone',
    description: 'A session is a calendar day of this zone. Part of the layout.',
    usedBy: ['ingest', 'sync', 'cli'],
  },
  MARKET_WINDOW_SECONDS: {
    schema: integer(0, 86_400),
    default: '10',
    allowed: '0 to 86400 s',
    description: 'The width of a market window; 0: no market analytics. Part of the layout.',
    usedBy: ['ingest', 'sync', 'cli'],
  },
  BARS_SECONDS: {
    schema: integer(0, 86_400),
    default: '0',
    allowed: '0 to 86400 s',
    description: 'The width of a bar (60 is usual); 0: no bars. Part of the layout.',
    usedBy: ['ingest', 'sync', 'cli'],
  },
  HIGH_LOW_MIN_MOVE_BPS: {
    schema: integer(0, 10_000),
    default: '0',
    allowed: '0 to 10000, in 1/10000 of the price',
    description:
      'A new high or low less than this beyond the price of the last event (before any: of the first tick) is no event. Part of the layout.',
    usedBy: ['ingest', 'sync', 'cli'],
  },
  WEIR_ACCUMULATORS: {
    schema: text(/^.{1,4096}$/),
    allowed: 'a path to a .ts, .mjs or .js file',
    description:
      'A file with accumulators of your own, beside the built-in ones: see accumulators.md. Part of the layout.',
    usedBy: ['ingest', 'sync', 'cli'],
  },
  REDIS_DURABILITY: {
    schema: oneOf(['always', 'everysec', 'none']),
    allowed: 'always, everysec or none',
    description: 'What Redis does on disk, where it does not let itself be asked (CONFIG forbidden). Not set: asked.',
    usedBy: ['ingest', 'sync', 'cli'],
  },
  REDIS_COMMAND_TIMEOUT_MS: {
    schema: integer(100, 600_000),
    default: '10000',
    allowed: '100 to 600000 ms',
    description: 'After this long without an answer a Redis command counts as cut off.',
    usedBy: ['ingest', 'sync', 'cli'],
  },
  POSTGRES_POOL_SIZE: {
    schema: integer(2, 100),
    default: '4',
    allowed: '2 to 100 connections',
    description: 'PostgreSQL connections of one process; ingest opens up to 2 more for live reads.',
    usedBy: ['ingest', 'sync', 'cli'],
  },
  POSTGRES_STATEMENT_TIMEOUT_MS: {
    schema: integer(100, 3_600_000),
    default: '30000',
    allowed: '100 to 3600000 ms',
    description: '`statement_timeout`, and `idle_in_transaction_session_timeout`, of each connection.',
    usedBy: ['ingest', 'sync', 'cli'],
  },
  POSTGRES_LOCK_TIMEOUT_MS: {
    schema: integer(100, 3_600_000),
    default: '5000',
    allowed: '100 to 3600000 ms',
    description: '`lock_timeout` of each connection.',
    usedBy: ['ingest', 'sync', 'cli'],
  },
  ENABLE_DATABASE_SYNC: {
    schema: flag(),
    default: 'true',
    allowed: 'true or false',
    description: 'false: rows stay in Redis, nothing is written to PostgreSQL.',
    usedBy: ['ingest', 'sync', 'cli'],
  },
} as const satisfies Readonly<Record<string, Setting>>

/** Those that make a layout: every process on the same data must have them alike. */
export const LAYOUT_SETTINGS = [
  'SHARDS',
  'PRICE_SCALE',
  'VOLUME_SCALE',
  'SESSION_TIME_ZONE',
  'MARKET_WINDOW_SECONDS',
  'BARS_SECONDS',
  'HIGH_LOW_MIN_MOVE_BPS',
  'WEIR_ACCUMULATORS',
] as const
