/**
 * A canary: a known-wrong variant of a store's function, which the simulation must catch. The product has no switch for it:
 * it stands between the real code and the store.
 */
import type { ColdStore, HotStore } from '@weir/accumulator'
import type { Machine, RedisServer } from '../servers/redis-server.ts'
import type { World } from '../world/world.ts'

export interface Canary {
  /** What is wrong with it. */
  readonly name: string
  /** The class of runs in which it shows. */
  readonly faultClass: string
  readonly hot?: (store: HotStore, surroundings: CanarySurroundings) => HotStore
  readonly cold?: (store: ColdStore) => ColdStore
}

interface CanarySurroundings {
  readonly server: RedisServer
  readonly machine: Machine
  readonly world: World
}
