/** The servers of one run, in memory. */
import type { Layout } from '@weir/accumulator'
import { MemoryDatabase } from './memory-database.ts'
import { MemoryRedisServer } from './memory-redis-server.ts'
import type { RedisServerOptions } from './redis-server.ts'
import type { Servers } from './servers.ts'

export class MemoryServers implements Servers {
  #ids = 0

  async openRedis(options: RedisServerOptions): Promise<MemoryRedisServer> {
    return new MemoryRedisServer({ ...options, nextId: () => ++this.#ids })
  }

  async openDatabase(layout: Layout): Promise<MemoryDatabase> {
    return new MemoryDatabase(layout)
  }

  async endRun(): Promise<void> {}
}
