/**
 * A BullMQ job a tick, added in bulk, and a worker that adds each to a dictionary. A tick is acknowledged when its job is done.
 * The worker in a process of its own was no faster on two cores, 8,000 to 8,600 jobs a second to 5,200 to 9,000: Redis's thread
 * and the one of Node are both near their limits.
 */
import { Queue, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import type { BenchTick } from '../ticks/bench-ticks.ts'
import type { Contender, ContenderDeps } from './contender.ts'
import { inFlight } from './in-flight.ts'
import { plainRedis } from './plain-redis.ts'
import { objectBatches } from './weir-embedded.ts'

/** Of this process: workers of another benchmark on the same Redis take none of its jobs. */
const QUEUE = `ticks-${process.pid}`
const JOBS_AT_ONCE = 100

export function bullmqTick({ redisUrl, settings }: ContenderDeps): Contender {
  const connections: Redis[] = []
  const sessions = new Map<string, { ticks: number; volume: number }>()
  let batches: BenchTick[][] = []
  let queue: Queue | undefined
  let worker: Worker | undefined
  let done = 0
  let onDone = (): void => undefined

  async function work({ data }: { data: BenchTick }): Promise<void> {
    const session = sessions.get(data.symbol) ?? { ticks: 0, volume: 0 }
    sessions.set(data.symbol, { ticks: session.ticks + 1, volume: session.volume + data.volume })
  }

  async function send(batch: number): Promise<number> {
    const jobs = (batches[batch] ?? []).map((data) => ({ name: 'tick', data, opts: { removeOnComplete: true } }))
    await queue?.addBulk(jobs)
    return jobs.length
  }

  return {
    async prepare(ticks) {
      batches = objectBatches(ticks, settings.batchTicks)
      connections.push(await plainRedis(redisUrl), await plainRedis(redisUrl, { forBullmq: true }))
      const [ofQueue, ofWorker] = connections as [Redis, Redis]
      queue = new Queue(QUEUE, { connection: ofQueue })
      worker = new Worker(QUEUE, work, { connection: ofWorker, concurrency: JOBS_AT_ONCE, autorun: false })
      worker.on('completed', () => {
        done++
        onDone()
      })
      void worker.run()
    },
    async reset() {
      sessions.clear()
      done = 0
    },
    async run(untilMs) {
      const sent = await inFlight({ batches: batches.length, atOnce: settings.inFlight, untilMs }, send)
      await new Promise<void>((resolve) => {
        onDone = () => {
          if (done === sent) resolve()
        }
        onDone()
      })
      return done
    },
    async counted() {
      const rows = [...sessions.values()]
      const sum = (field: 'ticks' | 'volume') => rows.reduce((total, row) => total + row[field], 0)
      return { ticks: sum('ticks'), volume: sum('volume') }
    },
    pids: () => [],
    async close() {
      await worker?.close(true)
      await queue?.close()
      for (const connection of connections) connection.disconnect()
    },
  }
}
