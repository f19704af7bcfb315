/**
 * Counts the updates that rounds have landed in PostgreSQL, for `sync_runs` and the write reduction: the growth of the accepted
 * counts, as they were before a round, from one finished round to the next. A worker that starts on a running system begins
 * its count there; where several workers take turns, each counts what landed since its own last round.
 */
import type { Coverage } from '@weir/accumulator'
import { recordKey } from './coverage.ts'

export class LandedUpdates {
  /** Shard -> period record -> the accepted count up to which its updates were counted. */
  readonly #counted = new Map<number, Map<string, number>>()

  /** Before a round: what was accepted before this worker first looked is not counted. */
  look(shard: number, coverage: Coverage | undefined): void {
    if (this.#counted.has(shard)) return
    const accepted = (coverage?.periods ?? []).map((record) => [recordKey(record), record.accepted] as const)
    this.#counted.set(shard, new Map(accepted))
  }

  /** After a finished round: the updates of the accumulator that it landed, of those accepted before it. */
  count(shard: number, accumulator: string, coverage: Coverage | undefined): number {
    const counted = this.#counted.get(shard)
    if (counted === undefined || coverage === undefined) return 0
    let landed = 0
    const present = new Set<string>()
    for (const record of coverage.periods) {
      if (record.accumulator !== accumulator) continue
      const key = recordKey(record)
      present.add(key)
      landed += Math.max(0, record.accepted - (counted.get(key) ?? 0))
      counted.set(key, record.accepted)
    }
    for (const key of counted.keys()) {
      if (key.startsWith(`${accumulator}:`) && !present.has(key)) counted.delete(key)
    }
    return landed
  }
}
