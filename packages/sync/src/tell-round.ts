/** What the log says of a round: nothing at its usual level when all went well. */
import type { Logger } from '@weir/service'
import type { AccumulatorReport } from './sync-accumulator.ts'
import { incompleteError } from './sync-error.ts'

/** Rows refused are named up to so many in one line; `weir quarantine list` has all. */
const REFUSALS_TOLD_MAX = 5

export function tellRound(log: Logger, report: AccumulatorReport): void {
  const { quarantined, refusals } = report
  const { accumulator, rows, updates, snapshots, missing, unpromised, durationMs, shards, failures } = report
  const facts = { accumulator, rows, updates, snapshots, durationMs }
  if (failures.length > 0) {
    log.error({ ...facts, err: incompleteError(accumulator, shards, failures) }, 'a round did not sync everything')
  } else {
    log.debug(facts, 'synced')
  }
  if (quarantined > 0) {
    const refused = refusals.slice(0, REFUSALS_TOLD_MAX)
    const told = 'PostgreSQL refuses rows: they are in quarantine, and the others go on (`weir quarantine list`)'
    log.error({ accumulator, quarantined, refused }, told)
  }
  if (missing > 0)
    log.warn({ accumulator, missing }, 'rows were dirty in Redis and gone: somebody removed them by hand')
  if (unpromised !== undefined) log.debug({ accumulator, unpromised }, 'PostgreSQL may get ahead of the disk of Redis')
}
