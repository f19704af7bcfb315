/** What the log says of a round: nothing at its usual level when all went well. */
import type { Logger } from '@weir/service'
import type { AccumulatorReport } from './sync-accumulator.ts'
import { incompleteError } from './sync-error.ts'

export function tellRound(log: Logger, report: AccumulatorReport): void {
  const { accumulator, rows, updates, snapshots, missing, unpromised, durationMs, shards, failures } = report
  const facts = { accumulator, rows, updates, snapshots, durationMs }
  if (failures.length > 0) {
    log.error({ ...facts, err: incompleteError(accumulator, shards, failures) }, 'a round did not sync everything')
  } else {
    log.debug(facts, 'synced')
  }
  if (missing > 0)
    log.warn({ accumulator, missing }, 'rows were dirty in Redis and gone: somebody removed them by hand')
  if (unpromised !== undefined) log.debug({ accumulator, unpromised }, 'PostgreSQL may get ahead of the disk of Redis')
}
