/**
 * A canary: a known-wrong variant of a store's function, which the simulation must catch. The product has no switch for it:
 * it stands between the real code and the store.
 */
import type { ColdStore, HotStore } from '@weir/accumulator'
import type { MemoryColdStore, MemoryHotStore } from '@weir/testkit'
import type { SimulatedRedis } from '../world/simulated-redis.ts'
import type { World } from '../world/world.ts'

export interface Canary {
  readonly name: string
  /** The class in which it shows. */
  readonly faultClass: string
  /** What is wrong with it. */
  readonly wrong: string
  hot?(store: MemoryHotStore, surroundings: CanarySurroundings): HotStore
  cold?(store: MemoryColdStore): ColdStore
}

export interface CanarySurroundings {
  readonly server: SimulatedRedis
  readonly world: World
}
