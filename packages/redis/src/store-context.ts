/** What every operation of the hot store works with. */
import { type Accumulator, assert, type Layout } from '@weir/accumulator'
import type { Redis } from 'ioredis'
import { compileAccumulators } from './compile-accumulators.ts'
import { compileMerges } from './compile-merges.ts'
import { redisKeys, type ShardKeys } from './keys.ts'
import { type LuaScript, loadLuaScript } from './lua-script.ts'
import { runScript, type ScriptArgument } from './run-script.ts'

const NAMES = [
  ...(['snapshot', 'acknowledge', 'coverage', 'depth', 'drop', 'restore', 'claim', 'answer'] as const),
  ...(['forget-lanes', 'mark-dirty', 'read-rows', 'read-periods', 'quarantine', 'read-quarantine'] as const),
]
type ScriptName = 'apply' | (typeof NAMES)[number]

export interface StoreContext {
  readonly redis: Redis
  readonly layout: Layout
  keysOf(shard: number): ShardKeys
  accumulator(name: string): Accumulator
  /** Bulk strings of the reply are Buffers. */
  run(script: ScriptName, keys: readonly string[], args: readonly ScriptArgument[]): Promise<unknown>
}

export function createStoreContext(redis: Redis, layout: Layout, keyPrefix: string): StoreContext {
  const keys = redisKeys(keyPrefix)
  const apply = loadLuaScript('apply', { accumulators: compileAccumulators(layout), merges: compileMerges(layout) })
  const scripts = new Map<ScriptName, LuaScript>(NAMES.map((name) => [name, loadLuaScript(name)]))
  scripts.set('apply', apply)
  return {
    redis,
    layout,
    keysOf(shard) {
      assert(Number.isInteger(shard) && shard >= 0 && shard < layout.shards, () => `shard ${shard} is in the layout`)
      return keys.shard(shard)
    },
    accumulator(name) {
      const found = layout.accumulators.find((accumulator) => accumulator.name === name)
      assert(found !== undefined, () => `accumulator ${name} is in the layout`)
      return found
    },
    run: (name, scriptKeys, args) => runScript(redis, scripts.get(name) as LuaScript, scriptKeys, args),
  }
}
