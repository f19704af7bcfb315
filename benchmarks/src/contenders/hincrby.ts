/**
 * What people write first: for each tick a HINCRBY on the symbol's hash and a SADD to the dirty set, in ioredis pipelines. It
 * counts ticks and nothing else: no prices, no volumes, and a retried pipeline counts twice.
 */
import type { Redis } from 'ioredis'
import type { Contender, ContenderDeps } from './contender.ts'
import { inFlight } from './in-flight.ts'
import { plainRedis, sumOfField } from './plain-redis.ts'
import { objectBatches } from './weir-embedded.ts'

export function hincrby({ redisUrl, settings }: ContenderDeps): Contender {
  let redis: Redis | undefined
  let batches: string[][] = []

  async function send(batch: number): Promise<number> {
    const pipeline = redis?.pipeline()
    const symbols = batches[batch] ?? []
    for (const symbol of symbols) pipeline?.hincrby(`session:${symbol}`, 'ticks', 1).sadd('dirty', symbol)
    const replies = (await pipeline?.exec()) ?? []
    const failure = replies.find(([error]) => error !== null)?.[0]
    if (failure instanceof Error) throw failure
    return symbols.length
  }

  return {
    async prepare(ticks) {
      redis = await plainRedis(redisUrl)
      batches = objectBatches(ticks, settings.batchTicks).map((batch) => batch.map(({ symbol }) => symbol))
    },
    async reset() {},
    run: (untilMs) => inFlight({ batches: batches.length, atOnce: settings.inFlight, untilMs }, send),
    async counted() {
      if (redis === undefined) return { ticks: 0 }
      const symbols = [...new Set(batches.flat())]
      return {
        ticks: await sumOfField(
          redis,
          symbols.map((symbol) => `session:${symbol}`),
          'ticks',
        ),
      }
    },
    pids: () => [],
    async close() {
      batches = []
      redis?.disconnect()
    },
  }
}
