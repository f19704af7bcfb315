// Goal: a job does all it is asked for before it says what failed.
import { type Accumulator, StoreError, sessionsAccumulator } from '@weir/accumulator'
import { expect, it } from 'vitest'
import { runSyncJob, type SyncJobDeps } from './run-sync-job.ts'
import type { ShardFailure } from './sync-error.ts'
import type { SyncJobProgress } from './sync-job.ts'
import { EMPTY_REPORT } from './sync-report.ts'
import { LeapingClock } from './testing/leaping-clock.ts'

const sessions = sessionsAccumulator({ priceDigits: 4, volumeDigits: 0, zone: 'America/New_York' })
const others: Accumulator[] = ['bars', 'market'].map((name) => ({ ...sessions, name }))

function bench(failures: readonly ShardFailure[] = []) {
  const asked: string[] = []
  const sync: SyncJobDeps['sync'] = async ({ name }, { fresh, symbol, onProgress }) => {
    asked.push(`${name} ${fresh} ${symbol ?? '*'}`)
    const report = {
      ...EMPTY_REPORT,
      accumulator: name,
      shards: 4,
      shardsDone: 4,
      updates: 100,
      durationMs: 1,
      rows: 10,
      snapshots: 2,
    }
    onProgress?.({ ...report, failures: [] })
    return { ...report, failures: name === 'bars' ? failures : [] }
  }
  const progress: SyncJobProgress[] = []
  const context = { onProgress: (step: SyncJobProgress) => progress.push(step), signal: new AbortController().signal }
  const deps = { accumulators: [sessions, ...others], clock: new LeapingClock(), sync }
  return { asked, progress, run: (request: Parameters<typeof runSyncJob>[1]) => runSyncJob(deps, request, context) }
}

it('a scheduled job runs one round of its accumulator', async () => {
  const { asked, run } = bench()
  expect(await run({ accumulator: 'sessions' })).toMatchObject({ rows: 10, rounds: 2, updates: 100 })
  expect(asked).toEqual(['sessions false *'])
})

it('a forced job without an accumulator syncs all, and its progress goes on over them', async () => {
  const { asked, progress, run } = bench()
  expect(await run({ forced: true })).toMatchObject({ rows: 30, rounds: 6, updates: 300 })
  expect(asked).toEqual(['sessions true *', 'bars true *', 'market true *'])
  expect(progress.map(({ accumulator, rows, rounds }) => [accumulator, rows, rounds])).toEqual([
    ['sessions', 10, 2],
    ['bars', 20, 4],
    ['market', 30, 6],
  ])
})

it('what fails in one accumulator is told after the others were synced', async () => {
  const error = new StoreError('WEIR_STORE_UNREACHABLE', 'nobody listens')
  const { asked, run } = bench([{ shard: 3, error }])
  await expect(run({ forced: true, symbol: 'AAPL' })).rejects.toMatchObject({
    code: 'WEIR_SYNC_INCOMPLETE',
    retryable: true,
    message: '1 of 4 shards of bars were not synced in full, and their rows stay in Redis; shard 3: nobody listens',
  })
  expect(asked).toHaveLength(3)
})

it('a refusal of PostgreSQL is not worth a retry', async () => {
  const { run } = bench([{ shard: 3, error: new StoreError('WEIR_STORE_REFUSED', 'value out of range') }])
  await expect(run({ forced: true })).rejects.toMatchObject({ retryable: false })
})

it('an accumulator that this worker does not know may be that of another', async () => {
  const { run } = bench()
  await expect(run({ accumulator: 'ghosts' })).rejects.toMatchObject({
    code: 'WEIR_ACCUMULATOR_UNKNOWN',
    retryable: true,
  })
})
