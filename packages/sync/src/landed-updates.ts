/**
 * Counts the updates that rounds have landed in PostgreSQL, for `sync_runs` and the write reduction: the growth of the accepted
 * counts, as they were before a round, from one finished round to the next. Where several workers take turns, each counts what
 * landed since its own last round. Ticks of a row in quarantine count as landed: it is a figure for people, not a proof.
 */
import type { ColdStore, ColdTotal, Coverage, PeriodRecord } from '@weir/accumulator'
import { recordKey } from './coverage.ts'

/** Periods of a shard that a new worker asks PostgreSQL about; of more, it takes all that was accepted as landed before it. */
const PERIODS_ASKED_MAX = 20

export class LandedUpdates {
  readonly #cold: Pick<ColdStore, 'readTotals'>
  /** What PostgreSQL had when the first shard asked, of all shards: to sum a period up means to read all of its rows. */
  readonly #totals = new Map<string, Promise<readonly ColdTotal[]>>()
  /** Shard -> period record -> the accepted count up to which its updates were counted. */
  readonly #counted = new Map<number, Map<string, number>>()

  constructor(cold: Pick<ColdStore, 'readTotals'>) {
    this.#cold = cold
  }

  /** Before a round: what landed before this worker first looked is not counted as its own. */
  async look(shard: number, coverage: Coverage | undefined): Promise<void> {
    if (this.#counted.has(shard)) return
    const counted = new Map<string, number>()
    const records = coverage?.periods ?? []
    const dirty = records.filter((record) => record.dirty > 0).slice(0, PERIODS_ASKED_MAX)
    for (const record of records) {
      counted.set(recordKey(record), dirty.includes(record) ? await this.#landedBefore(shard, record) : record.accepted)
    }
    this.#counted.set(shard, counted)
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

  async #landedBefore(shard: number, { accumulator, period, origin, accepted }: PeriodRecord): Promise<number> {
    const totals = await this.#totalsOf(accumulator, period)
    const total = totals.find((one) => one.shard === shard && one.origin === origin)
    return Math.min(accepted, total?.updates ?? 0)
  }

  #totalsOf(accumulator: string, period: number): Promise<readonly ColdTotal[]> {
    const name = `${accumulator}:${period}`
    const asked = this.#totals.get(name)
    if (asked !== undefined) return asked
    const totals = this.#cold.readTotals(accumulator, { first: period, last: period })
    this.#totals.set(name, totals)
    totals.catch(() => this.#totals.delete(name))
    return totals
  }
}
