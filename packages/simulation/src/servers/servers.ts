/** Where the servers of a run come from: memory, or real processes. */
import type { Layout } from '@weir/accumulator'
import type { DatabaseServer } from './database-server.ts'
import type { RedisServer, RedisServerOptions } from './redis-server.ts'

export interface Servers {
  /** Empty ones. */
  openRedis(options: RedisServerOptions): Promise<RedisServer>
  openDatabase(layout: Layout): Promise<DatabaseServer>
  /** The run is over, and needs none of its servers any more. */
  endRun(): Promise<void>
}
