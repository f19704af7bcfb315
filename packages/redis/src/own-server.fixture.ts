/** A Redis of one test's own, for what the run's shared one must not be made to do: fill up, restart, be a cluster. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '@weir/servers'
import { testServerWorkDir } from '@weir/testkit'
import type { Redis } from 'ioredis'
import { connectTestRedis } from './redis-store.fixture.ts'

export interface OwnServer extends AsyncDisposable {
  readonly url: string
  readonly redis: Redis
  /** kill -9, then a start on the same data. */
  crash(): Promise<void>
}

export interface OwnServerOptions {
  readonly appendfsync?: 'always' | 'everysec'
  readonly extraArguments?: readonly string[]
}

export async function startOwnServer({
  appendfsync = 'always',
  extraArguments = [],
}: OwnServerOptions = {}): Promise<OwnServer> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-redis-'))
  const start = (port: number) =>
    startRedis({
      dataDir: folder,
      port,
      workDir: testServerWorkDir(),
      appendfsync,
      extraArguments,
      log: () => undefined,
    })
  let server = await start(0)
  const redis = await connectTestRedis(server.url)
  return {
    url: server.url,
    redis,
    async crash() {
      server.kill('SIGKILL')
      await server.exited
      server = await start(server.port)
    },
    async [Symbol.asyncDispose]() {
      redis.disconnect()
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
