// Goal: the worker as a process stops in order, and says what is wrong with its settings.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { requestSync } from '@weir/sync'
import { expect, it } from 'vitest'
import { ticksOf } from './testing/feed-ticks.ts'
import { openSyncBench } from './testing/sync-bench.ts'
import { MAIN, startWorker } from './testing/worker-process.ts'

it('a worker that is asked to stop syncs, and exits with 0', async () => {
  await using bench = await openSyncBench()
  await using worker = await startWorker(bench, { SESSION_ACCUMULATION_INTERVAL: '3600' })
  await requestSync({ queueRedisUrl: bench.redisUrl, prefix: bench.keyPrefix, timeoutMs: 20_000 })
  await bench.feed(ticksOf('AAPL', 3))
  worker.child.kill('SIGTERM')
  expect(await worker.exited).toBe(0)
  expect(await bench.ticksInPostgres()).toEqual({ AAPL: 3 })
})

it('settings that are wrong are all told, and the exit code is 1', async () => {
  const child = spawn(process.execPath, [MAIN], {
    env: { SHARDS: '0', REDIS_URL: 'redis://127.0.0.1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let told = ''
  child.stderr?.on('data', (text) => (told += text))
  const [code] = await once(child, 'close')
  expect(code).toBe(1)
  expect(told).toContain('SHARDS')
  expect(told).toContain('DATABASE_URL')
})
