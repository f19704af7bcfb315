/** Decides which rounds a worker begins by itself: those that the queue has let wait, and all when too much is dirty. */
import { type PressureGate } from './pressure-gate.ts'
import type { SyncRounds } from './sync-rounds.ts'
import type { DirtyDepth } from './sync-status.ts'

export interface RoundWatchOptions {
  readonly rounds: Pick<SyncRounds, 'pace'>
  readonly intervalsMs: Readonly<Record<string, number>>
  readonly gate: PressureGate
}

/** A scheduled round may come this much late before the worker begins one itself. */
const SLACK_MS = 1000
/** After so many intervals without a sign of life, the worker is of no use. */
const SILENT_INTERVALS = 3

export class RoundWatch {
  readonly #options: RoundWatchOptions

  constructor(options: RoundWatchOptions) {
    this.#options = options
  }

  /** The accumulators to begin a round of, at this look; `depth` is undefined while Redis cannot be asked. */
  due(depth: DirtyDepth | undefined, nowMs: number): string[] {
    const { rounds, intervalsMs, gate } = this.#options
    const isPressed = gate.shouldSync(depth === undefined ? 0 : depth.total - depth.quarantined, nowMs)
    return Object.entries(intervalsMs)
      .filter(([accumulator, intervalMs]) => {
        const { isRunning, startedMs } = rounds.pace(accumulator)
        if (isRunning) return false
        return (isPressed && (depth?.dirty[accumulator] ?? 0) > 0) || nowMs - startedMs >= intervalMs + SLACK_MS
      })
      .map(([accumulator]) => accumulator)
  }

  /** Accumulators without a round for too long, a line each. One that is busy and gets on is not among them. */
  late(nowMs: number): string[] {
    const { rounds, intervalsMs } = this.#options
    return Object.entries(intervalsMs).flatMap(([accumulator, intervalMs]) => {
      const silentMs = nowMs - rounds.pace(accumulator).movedMs
      if (silentMs <= SILENT_INTERVALS * intervalMs + SLACK_MS) return []
      return [`${accumulator}: no round began or got on for ${Math.round(silentMs / 1000)} s`]
    })
  }
}
