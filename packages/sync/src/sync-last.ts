/** The last sync of a worker that stops: everything that is dirty by then, but no longer than the stop may take. */
import type { Clock, Logger } from '@weir/service'
import type { SyncRounds } from './sync-rounds.ts'

export interface LastSyncOptions {
  readonly rounds: Pick<SyncRounds, 'run'>
  readonly accumulators: readonly string[]
  readonly clock: Clock
  readonly log: Logger
  readonly timeoutMs: number
}

/** Never rejects: what could not be synced stays in Redis, and the log says so. */
export async function syncLast({ rounds, accumulators, clock, log, timeoutMs }: LastSyncOptions): Promise<void> {
  const overdue = new AbortController()
  const ended = new AbortController()
  const timer = clock.sleep(timeoutMs, ended.signal).then(() => overdue.abort(new Error('the last sync took too long')))
  const outcomes = await Promise.allSettled(
    accumulators.map((accumulator) => rounds.run({ accumulator, fresh: true, signal: overdue.signal })),
  )
  ended.abort()
  await timer
  const reports = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  const isWhole = reports.length === outcomes.length && reports.every(({ failures }) => failures.length === 0)
  const rows = reports.reduce((sum, report) => sum + report.rows, 0)
  if (isWhole) log.info({ rows }, 'synced once more before the exit')
  else log.error({ rows }, 'the last sync was not complete: what is dirty stays in Redis, and the next worker takes it')
}
