/** Redis and PostgreSQL for `weir up`: those that REDIS_URL and DATABASE_URL name, else embedded ones, kept up. */
import { join } from 'node:path'
import { type ServerLog, startPostgres, startRedis, superviseServer } from '@weir/servers'
import { type Environment, isSettingGiven, parseSettings } from '@weir/service'

interface StoreServer {
  /** With user and password; never print it for people. */
  readonly url: string
  readonly isEmbedded: boolean
}

export interface StoreServers {
  readonly redis: StoreServer
  readonly postgres: StoreServer
}

/** Everything that it starts is put on the stack. Throws ServerError. */
export async function startStores(
  env: Environment,
  dataDir: string,
  held: AsyncDisposableStack,
  log: ServerLog,
): Promise<StoreServers> {
  const [redis, postgres] = await Promise.allSettled([
    redisServer(env, dataDir, held, log),
    postgresServer(env, dataDir, held, log),
  ])
  if (redis.status === 'rejected') throw redis.reason
  if (postgres.status === 'rejected') throw postgres.reason
  return { redis: redis.value, postgres: postgres.value }
}

async function redisServer(
  env: Environment,
  dataDir: string,
  held: AsyncDisposableStack,
  log: ServerLog,
): Promise<StoreServer> {
  if (isSettingGiven('REDIS_URL', env)) return { url: parseSettings(['REDIS_URL'], env).REDIS_URL, isEmbedded: false }
  const options = { dataDir: join(dataDir, 'redis'), workDir: dataDir, appendfsync: 'always', log } as const
  const server = await superviseServer((port) => startRedis({ ...options, port }), {
    serverName: 'redis',
    port: 0,
    log,
  })
  held.defer(() => server.stop())
  return { url: server.url, isEmbedded: true }
}

async function postgresServer(
  env: Environment,
  dataDir: string,
  held: AsyncDisposableStack,
  log: ServerLog,
): Promise<StoreServer> {
  if (isSettingGiven('DATABASE_URL', env))
    return { url: parseSettings(['DATABASE_URL'], env).DATABASE_URL, isEmbedded: false }
  const options = { dataDir: join(dataDir, 'postgres'), workDir: dataDir, durable: true, log }
  const server = await superviseServer((port) => startPostgres({ ...options, port }), {
    serverName: 'postgres',
    port: 0,
    log,
  })
  held.defer(() => server.stop())
  return { url: server.url, isEmbedded: true }
}
