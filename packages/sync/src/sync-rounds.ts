/**
 * Lets the rounds of one accumulator in this process follow each other instead of overlapping. Overlapping would be right, and
 * only wasteful: whoever asks while a round runs shares it, or, to have everything synced that is dirty by now, the next one.
 */
import { assert } from '@weir/accumulator'
import type { Clock } from '@weir/service'
import type { AccumulatorReport } from './sync-accumulator.ts'

export interface RoundRequest {
  readonly accumulator: string
  /** Whether everything dirty by now must be in it, so that a round that has begun already is not enough. */
  readonly fresh: boolean
  /** Whether it is to try every row in quarantine again; a round that others share does so for all. */
  readonly retriesAll?: boolean
  readonly onProgress?: (report: AccumulatorReport) => void
  readonly signal?: AbortSignal
}

export interface RoundPace {
  readonly isRunning: boolean
  /** When a round last began, by the monotonic clock; the creation of this object before the first. */
  readonly startedMs: number
  /** When a round last began, progressed or ended. */
  readonly movedMs: number
}

export type RunRound = (
  accumulator: string,
  options: { onProgress: (report: AccumulatorReport) => void; signal: AbortSignal; retriesAll: boolean },
) => Promise<AccumulatorReport>

interface SharedRound {
  readonly finished: Promise<AccumulatorReport>
  readonly cancel: AbortController
  readonly listeners: Set<(report: AccumulatorReport) => void>
  waiting: number
  retriesAll: boolean
}

interface Lane {
  running: SharedRound | undefined
  next: SharedRound | undefined
  startedMs: number
  movedMs: number
}

export class SyncRounds {
  readonly #lanes: ReadonlyMap<string, Lane>
  readonly #clock: Clock
  readonly #runRound: RunRound

  constructor(accumulators: readonly string[], clock: Clock, runRound: RunRound) {
    const nowMs = clock.monotonicMs()
    const lane = (): Lane => ({ running: undefined, next: undefined, startedMs: nowMs, movedMs: nowMs })
    this.#lanes = new Map(accumulators.map((name) => [name, lane()]))
    this.#clock = clock
    this.#runRound = runRound
  }

  /** The report of the round; throws the signal's reason as soon as it aborts. */
  async run({ accumulator, fresh, retriesAll = false, onProgress, signal }: RoundRequest): Promise<AccumulatorReport> {
    signal?.throwIfAborted()
    const lane = this.#lane(accumulator)
    const { running } = lane
    // A round that was cancelled is still busy with its last step.
    if (running !== undefined && !fresh && !running.cancel.signal.aborted) return share(running, onProgress, signal)
    const round = this.#nextRound(accumulator, lane)
    round.retriesAll ||= retriesAll
    return share(round, onProgress, signal)
  }

  pace(accumulator: string): RoundPace {
    const { running, startedMs, movedMs } = this.#lane(accumulator)
    return { isRunning: running !== undefined, startedMs, movedMs }
  }

  /** Ends all rounds between two steps. What they have not acknowledged stays dirty. */
  cancelAll(reason: Error): void {
    for (const { running, next } of this.#lanes.values()) {
      next?.cancel.abort(reason)
      running?.cancel.abort(reason)
    }
  }

  /** One that has not begun. */
  #nextRound(accumulator: string, lane: Lane): SharedRound {
    if (lane.running === undefined) return (lane.running = this.#begin(accumulator, lane, undefined))
    if (lane.next?.cancel.signal.aborted !== false) lane.next = this.#begin(accumulator, lane, lane.running)
    return lane.next
  }

  #begin(accumulator: string, lane: Lane, after: SharedRound | undefined): SharedRound {
    const cancel = new AbortController()
    const listeners = new Set<(report: AccumulatorReport) => void>()
    const run = async (): Promise<AccumulatorReport> => {
      await after?.finished.catch(() => undefined)
      try {
        cancel.signal.throwIfAborted()
        lane.startedMs = lane.movedMs = this.#clock.monotonicMs()
        const onProgress = (report: AccumulatorReport) => {
          lane.movedMs = this.#clock.monotonicMs()
          for (const listener of listeners) listener(report)
        }
        return await this.#runRound(accumulator, { onProgress, signal: cancel.signal, retriesAll: round.retriesAll })
      } finally {
        lane.movedMs = this.#clock.monotonicMs()
        // A round that was cancelled while it waited for its turn may have been replaced.
        if (lane.running === round) {
          lane.running = lane.next
          lane.next = undefined
        }
      }
    }
    const finished = Promise.resolve().then(run)
    const round: SharedRound = { finished, cancel, listeners, waiting: 0, retriesAll: false }
    // Those who wait hear of a failure; that nobody waits any more is no reason for an unhandled rejection.
    round.finished.catch(() => undefined)
    return round
  }

  #lane(accumulator: string): Lane {
    const lane = this.#lanes.get(accumulator)
    assert(lane !== undefined, () => `no rounds are run for ${accumulator}`)
    return lane
  }
}

/** Waits for a round with others. It is cancelled when the last of them has given up. */
async function share(
  round: SharedRound,
  onProgress: ((report: AccumulatorReport) => void) | undefined,
  signal: AbortSignal | undefined,
): Promise<AccumulatorReport> {
  const aborted = Promise.withResolvers<never>()
  const onAbort = () => aborted.reject(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  if (onProgress !== undefined) round.listeners.add(onProgress)
  round.waiting += 1
  try {
    return await Promise.race([round.finished, aborted.promise])
  } finally {
    round.waiting -= 1
    if (onProgress !== undefined) round.listeners.delete(onProgress)
    signal?.removeEventListener('abort', onAbort)
    if (round.waiting === 0) round.cancel.abort(signal?.reason)
  }
}
