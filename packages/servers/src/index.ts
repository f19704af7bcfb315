// Embedded Redis and PostgreSQL for `weir up` and the tests.

export { claimDataDir, claimFileName, type DataDirClaim } from './data-dir-claim.ts'
export { freePort } from './free-port.ts'
export {
  endOrphanedPostgres,
  type PostgresOptions,
  removePostgresData,
  startPostgres,
} from './postgres-server.ts'
export { findRedisServer, type RedisBinary } from './redis-binary.ts'
export { endOrphanedRedis, type RedisOptions, startRedis } from './redis-server.ts'
export { runningServerUrl } from './running-server-url.ts'
export { ServerError, type ServerErrorCode } from './server-error.ts'
export type { ServerExit, ServerHandle, ServerLog } from './server-handle.ts'
export { type SupervisedServer, type SuperviseOptions, superviseServer } from './supervise-server.ts'
