/** The dirty rows that the records of periods count are those of the dirty set: by them a period is dropped. */
import { redisKeys } from '@weir/testkit'
import { KEY_PREFIX } from '../servers/redis-server.ts'
import type { InvariantOf } from './invariant.ts'

const LOOKED_AT: ReadonlySet<string> = new Set(['apply', 'acknowledge', 'drop', 'markDirty', 'quarantine'])

export const dirtyCounts: InvariantOf = ({ accumulators }) => ({
  name: 'dirty counts equal the dirty set',
  onRedis: async ({ server: { content }, method, args }) => {
    if (!LOOKED_AT.has(method)) return undefined
    const keys = redisKeys(KEY_PREFIX).shard(args[0] as number)
    const records = [...(await content.hash(keys.periods))]
    for (const { name } of accumulators) {
      const own = records.filter(([field]) => field.startsWith(`${name}:`))
      const counted = own.reduce((sum, [, record]) => sum + Number(String(record).split(':')[2]), 0)
      const { size } = await content.sortedSet(keys.dirty(name))
      if (counted !== size)
        return `the records of ${keys.periods} count ${counted} dirty rows of ${name}, the set has ${size}`
    }
    return undefined
  },
})
