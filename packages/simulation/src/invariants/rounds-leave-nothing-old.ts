/**
 * A round that ends well leaves no row dirty from before it began: a hot row is re-scored to the time of its snapshot. Else it
 * would hold up marks for ever and fill each round, while cold rows wait.
 */
import { ORIGIN_BYTES, parseDirtyMember } from '@weir/accumulator'
import { redisKeys } from '@weir/testkit'
import { KEY_PREFIX } from '../servers/redis-server.ts'
import type { SimulatedRedis } from '../world/simulated-redis.ts'
import type { Round } from '../world/sync-process.ts'
import type { World } from '../world/world.ts'
import type { InvariantOf } from './invariant.ts'

interface Begun {
  readonly server: SimulatedRedis
  readonly history: string
  readonly timeUs: number
  /** Rows of an older history may be set aside behind the back of a round, under another name: the next round takes them. */
  readonly hasOlderRows: boolean
}

export const roundsLeaveNothingOld: InvariantOf = (world) => {
  const begun = new Map<Round, readonly Begun[]>()
  /** In these another worker took rows out of the same set, which shifts the places that a round counts by. */
  const disturbed = new Set<string>()
  const shards = Array.from({ length: world.layout.shards }, (_, shard) => shard)
  return {
    name: 'a round leaves nothing old behind',
    onRedis: ({ method, args, sender }) => {
      if (method !== 'acknowledge' && method !== 'markDirty') return undefined
      const [shard, accumulator] = args as [number, string]
      for (const round of begun.keys()) {
        if (round.accumulator.name === accumulator && round.process !== sender) disturbed.add(placeOf(round, shard))
      }
      return undefined
    },
    onRoundBegins: async (round) => {
      for (const shard of shards) disturbed.delete(placeOf(round, shard))
      begun.set(round, await Promise.all(shards.map((shard) => lookAt(world, round, shard))))
    },
    onRoundEnds: async (round, { failures }) => {
      const before = begun.get(round) ?? []
      begun.delete(round)
      if (failures.length > 0) return undefined
      for (const shard of shards) {
        if (disturbed.has(placeOf(round, shard))) continue
        if (await leavesOld(world, round, shard, before[shard] as Begun))
          return `shard ${shard} of ${round.accumulator.name} has rows from before the round`
      }
      return undefined
    },
  }
}

async function leavesOld(
  world: World,
  round: Round,
  shard: number,
  { server, history, timeUs, hasOlderRows }: Begun,
): Promise<boolean> {
  const now = await lookAt(world, round, shard)
  if (now.server !== server || now.history !== history || hasOlderRows) return false
  const dirty = await server.content.sortedSet(redisKeys(KEY_PREFIX).shard(shard).dirty(round.accumulator.name))
  return [...dirty.values()].some((score) => score < timeUs)
}

async function lookAt(world: World, { process, accumulator: { name } }: Round, shard: number): Promise<Begun> {
  const server = world.nodeOf(shard).serverFor(process)
  const { content } = server
  const keys = redisKeys(KEY_PREFIX).shard(shard)
  const meta = await content.hash(keys.meta)
  const origin = String(meta.get('origin'))
  const members = [...(await content.sortedSet(keys.dirty(name))).keys()].map(parseDirtyMember)
  const rows = await Promise.all(
    members.map(async ({ period, field }) => (await content.hash(keys.rows(name, period))).get(field)),
  )
  return {
    server,
    history: [origin, await server.isPresentHistory(shard), server.cuts.length, server.disk.clockSteps].join(' '),
    timeUs: Math.max(server.timeUs, Number(meta.get('clock') ?? 0)),
    hasOlderRows: rows.some((row) => Buffer.isBuffer(row) && row.toString('hex', 0, ORIGIN_BYTES) < origin),
  }
}

function placeOf({ worker, accumulator }: Round, shard: number): string {
  return `${worker.name} ${accumulator.name} ${shard}`
}
