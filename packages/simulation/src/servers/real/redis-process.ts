/** A redis-server on a folder of its own, killed as a crash kills it. */
import { join } from 'node:path'
import { connectRedis, redisReady } from '@weir/redis'
import type { RedisBinary } from '@weir/servers'
import type { ProcessStarter } from './process-starter.ts'

export type RedisConnection = ReturnType<typeof connectRedis>

export interface RedisProcess {
  readonly connection: RedisConnection
  /** kill -9; resolves when it does nothing any more. */
  kill(): Promise<void>
}

const ANSWER_MS_MAX = 30_000

/** The file is written at each event loop and never synced: what the disk keeps is the scheduler's to say. */
const SETTINGS = {
  '--appendonly': 'yes',
  '--appendfsync': 'no',
  '--save': '',
  '--maxmemory-policy': 'noeviction',
  '--repl-diskless-sync': 'no',
}

/** `port`: 0 where nobody but the simulation connects, by a socket in the folder. */
export async function startRedisProcess(
  starter: ProcessStarter,
  { command, env }: RedisBinary,
  dataDir: string,
  port: number,
): Promise<RedisProcess> {
  const socket = join(dataDir, 'redis.sock')
  const place = { '--dir': dataDir, '--unixsocket': socket, '--port': String(port), '--bind': '127.0.0.1' }
  const pid = await starter.start(env, [command, ...Object.entries({ ...place, ...SETTINGS }).flat()])
  const connection = connectRedis({
    url: `unix://${socket}`,
    purpose: 'weir-simulation',
    commandTimeoutMs: ANSWER_MS_MAX,
  })
  await redisReady(connection, AbortSignal.timeout(ANSWER_MS_MAX))
  let isKilled = false
  return {
    connection,
    async kill() {
      if (isKilled) return
      isKilled = true
      // Its end of the connection is closed when the last of its code has run.
      const { stream } = connection
      const closed = stream.destroyed || new Promise((resolve) => stream.once('close', resolve))
      process.kill(pid, 'SIGKILL')
      await closed
      connection.disconnect()
    },
  }
}
