/** A row of the present history that is not dirty is in PostgreSQL, as it is. Looked at when rows become clean. */
import { type ColdPart, originTimeUs, type Row } from '@weir/accumulator'
import type { ExecutedCall } from '../world/simulated-redis.ts'
import type { World } from '../world/world.ts'
import type { InvariantOf } from './invariant.ts'

export const cleanEqualsPart: InvariantOf = (world) => ({
  name: 'a clean row equals its part',
  onRedis: async ({ server, method, args, result }) => {
    if (method !== 'acknowledge' || (result as { cleaned: number }).cleaned === 0) return undefined
    const [shard, accumulator, { rows }] = args as [number, string, { rows: readonly { period: number }[] }]
    const { origin } = await server.store.readDepth(shard)
    if (origin === undefined || !(await server.isPresentHistory(shard))) return undefined
    for (const period of new Set(rows.map((row) => row.period))) {
      const finding = await compare(world, server, { shard, accumulator, period, presentUs: originTimeUs(origin) })
      if (finding !== undefined) return finding
    }
    return undefined
  },
})

interface Place {
  readonly shard: number
  readonly accumulator: string
  readonly period: number
  readonly presentUs: number
}

async function compare(
  { database }: World,
  { store }: ExecutedCall['server'],
  { shard, accumulator, period, presentUs }: Place,
): Promise<string | undefined> {
  const page = await store.readRows(shard, accumulator, period, { kind: 'page', cursor: '0', rowsMax: 1000 })
  const clean = page.rows.filter(({ dirty, row }) => !dirty && originTimeUs(row.origin) >= presentUs)
  if (clean.length === 0) return undefined
  const parts = await database.store.readParts(accumulator, period, { shard })
  for (const { key, row } of clean) {
    const part = parts.find((candidate) => candidate.key === key && candidate.row.origin === row.origin)
    if (!isSame(row, part))
      return `${accumulator} ${period} ${key} is clean with ${row.updates} ticks, and its part has ${part?.row.updates ?? 0}`
  }
  return undefined
}

function isSame(row: Row, part: ColdPart | undefined): boolean {
  return (
    part !== undefined &&
    part.row.updates === row.updates &&
    part.row.slots.every((value, index) => value === row.slots[index])
  )
}
