/** What Redis has of one row, for tests: its fields as integers at their scale. */
import { type Layout, limbsToBigInt, shardOf } from '@weir/accumulator'
import { loadLayout } from '@weir/definitions'
import { connectRedis, RedisHotStore, redisReady } from '@weir/redis'
import { LAYOUT_SETTINGS, parseSettings } from '@weir/service'
import type { WeirOptions } from '../open-weir.ts'

export type ReadFields = (
  accumulator: string,
  key: string,
  timeMs: number,
) => Promise<Record<string, number> | undefined>

export function createStoreReader({ redisUrl, keyPrefix = 'weir', settings = {} }: WeirOptions): ReadFields {
  return async (name, key, timeMs) => {
    const layout: Layout = await loadLayout(parseSettings(LAYOUT_SETTINGS, settings))
    const redis = connectRedis({ url: redisUrl, purpose: 'weir-test', commandTimeoutMs: 5000 })
    await redisReady(redis, AbortSignal.timeout(5000))
    const hot = new RedisHotStore({ redis, layout, keyPrefix, durabilityAgeMs: 0 })
    const accumulator = layout.accumulators.find((candidate) => candidate.name === name)
    if (accumulator === undefined) throw new RangeError(`no accumulator ${name}`)
    const period = accumulator.clock.idOf(timeMs * 1000)
    try {
      const shards = [shardOf(key, layout.shards), ...Array.from({ length: layout.shards }, (_, shard) => shard)]
      for (const shard of shards) {
        const { rows } = await hot.readRows(shard, name, period, { kind: 'keys', keys: [key] })
        const [found] = rows
        if (found === undefined) continue
        const { slots } = found.row
        const value = (slot: number) => Number(limbsToBigInt(slots[slot] as number, slots[slot + 1] as number))
        return Object.fromEntries(
          accumulator.fieldList.map(({ name: field, slot, spec }) => [
            field,
            value(slot) - (spec.kind === 'net' ? value(slot + 2) : 0),
          ]),
        )
      }
      return undefined
    } finally {
      redis.disconnect()
    }
  }
}
