/** What every process has: who may call it, its log, its end. */
import type { Setting } from './setting.ts'
import { flag, integer, oneOf, roleTokens } from './setting-schemas.ts'

export const processSettings = {
  WEIR_TOKENS: {
    schema: roleTokens(),
    default: '',
    allowed: '`role:token,role:token`; roles ingest, operate, read; 16 to 256 characters a token',
    description:
      'Bearer tokens. Where any is set, every route but `/livez` and `/readyz` asks for one; `operate` includes `read`.',
    usedBy: ['ingest', 'sync', 'cli'],
    secret: true,
  },
  LOG_LEVEL: {
    schema: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    default: 'info',
    allowed: 'trace, debug, info, warn, error, fatal or silent',
    description: 'The least severe line that is written.',
    usedBy: ['ingest', 'sync', 'cli'],
  },
  LOG_PRETTY: {
    schema: flag(),
    default: 'false',
    allowed: 'true or false',
    description: 'Lines for people instead of JSON.',
    usedBy: ['ingest', 'sync', 'cli'],
  },
  SHUTDOWN_TIMEOUT_SECONDS: {
    schema: integer(1, 3600),
    default: '30',
    allowed: '1 to 3600 seconds',
    description: 'How long a graceful stop may take; then the process exits with code 1.',
    usedBy: ['ingest', 'sync', 'cli'],
  },
} as const satisfies Readonly<Record<string, Setting>>
