/**
 * A canary: a known-wrong variant of a store's function, which the simulation must catch. The product has no switch for it:
 * it stands between the real code and the store.
 */
import type { ColdStore, HotStore } from '@weir/accumulator'
import type { MemoryColdStore, MemoryHotStore } from '@weir/testkit'
import type { SimulatedRedis } from '../world/simulated-redis.ts'
import type { World } from '../world/world.ts'

export interface Canary {
  /** What is wrong with it. */
  readonly name: string
  /** The class of runs in which it shows. */
  readonly faultClass: string
  readonly hot?: (store: MemoryHotStore, surroundings: CanarySurroundings) => HotStore
  readonly cold?: (store: MemoryColdStore) => ColdStore
}

interface CanarySurroundings {
  readonly server: SimulatedRedis
  readonly world: World
}

/** The store, with some of its methods replaced. */
export function replacing<Store extends object>(store: Store, replaced: Partial<Store>): Store {
  return new Proxy(store, {
    get(target, name) {
      const method = replaced[name as keyof Store] ?? target[name as keyof Store]
      return typeof method === 'function' ? method.bind(target) : method
    },
  })
}
