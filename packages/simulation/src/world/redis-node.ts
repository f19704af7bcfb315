/** One node of Redis: a server, or for a while two that both believe to be the master. */
import type { SimulatedProcess } from './process.ts'
import type { SimulatedRedis } from './simulated-redis.ts'

export class RedisNode {
  first: SimulatedRedis
  second: SimulatedRedis | undefined

  constructor(first: SimulatedRedis) {
    this.first = first
  }

  get servers(): readonly SimulatedRedis[] {
    return this.second === undefined ? [this.first] : [this.first, this.second]
  }

  serverFor({ side }: SimulatedProcess): SimulatedRedis {
    return (side === 'second' ? this.second : undefined) ?? this.first
  }
}
