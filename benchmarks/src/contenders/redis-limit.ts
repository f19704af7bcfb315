/** What Redis itself can take: its own benchmark program in C, HINCRBY on 4,000 hashes, 64 commands a round trip. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Redis } from 'ioredis'
import type { BenchTicks } from '../ticks/bench-ticks.ts'
import type { Contender, ContenderDeps } from './contender.ts'
import { plainRedis, sumOfField } from './plain-redis.ts'

const KEYS = 4000
const COMMANDS_A_ROUND_TRIP = 64
/** `-r` writes its number with 12 digits. */
const keyOf = (index: number) => `session:${String(index).padStart(12, '0')}`

/** Beside the server: distributions ship both in one package. */
export function redisBenchmarkPath(redisServerPath: string): string | undefined {
  const names = ['redis-benchmark', 'valkey-benchmark'].map((name) => join(dirname(redisServerPath), name))
  return names.find((path) => existsSync(path))
}

export function redisLimit({ redisUrl, redisBenchmark, settings }: ContenderDeps): Contender {
  let redis: Redis | undefined
  let count = 0
  return {
    async prepare(ticks: BenchTicks) {
      if (redisBenchmark === undefined) throw new Error('there is no redis-benchmark beside the Redis server')
      // It sends whole round trips of every connection.
      const step = COMMANDS_A_ROUND_TRIP * settings.inFlight
      count = Math.ceil(ticks.count / step) * step
      redis = await plainRedis(redisUrl)
    },
    async reset() {},
    async run() {
      const { hostname, port, password } = new URL(redisUrl)
      const server = ['-h', hostname, '-p', port, '-a', password]
      const load = ['-n', String(count), '-c', String(settings.inFlight), '-P', String(COMMANDS_A_ROUND_TRIP)]
      const command = ['-r', String(KEYS), '-q', 'HINCRBY', 'session:__rand_int__', 'ticks', '1']
      const child = spawn(redisBenchmark?.command ?? '', [...server, ...load, ...command], {
        stdio: 'ignore',
        env: redisBenchmark?.env ?? {},
      })
      const [code] = await once(child, 'exit')
      if (code !== 0) throw new Error(`redis-benchmark ended with code ${code}`)
      return count
    },
    async counted() {
      if (redis === undefined) return { ticks: 0 }
      return {
        ticks: await sumOfField(
          redis,
          Array.from({ length: KEYS }, (_, index) => keyOf(index)),
          'ticks',
        ),
      }
    },
    pids: () => [],
    async close() {
      redis?.disconnect()
    },
  }
}
